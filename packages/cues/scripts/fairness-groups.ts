/** Who speaks or is spoken of: the same innocent message in the words of each group. */
type Change = (text: string, lang: 'vi' | 'en') => string | undefined;

const swap =
  (lang: 'vi' | 'en', table: Record<string, string>): Change =>
  (text, written) => {
    if (written !== lang) return undefined;
    const words = Object.keys(table).sort((a, b) => b.length - a.length);
    const found = new RegExp(`(?<![\\p{L}\\p{M}])(?:${words.join('|')})(?![\\p{L}\\p{M}])`, 'giu');
    const changed = text.replace(found, (word) => table[word.toLowerCase()] ?? word);
    return changed === text ? undefined : changed;
  };
const lead =
  (vi: string[], en: string[]): Change =>
  (text, lang) => {
    const list = lang === 'vi' ? vi : en;
    // Each text always gets the same opening.
    const opening = list[text.length % (list.length || 1)];
    return opening === undefined ? undefined : `${opening} ${text}`;
  };

/** The same message in the words of a region; undefined where none of its words are there. */
export const regions: Record<string, Change> = {
  'northern words': swap('vi', {
    ba: 'bố',
    má: 'mẹ',
    vô: 'vào',
    nè: 'này',
    hông: 'không',
    trái: 'quả',
    heo: 'lợn',
    dữ: 'ghê',
    vầy: 'thế này',
    hen: 'nhé',
    nghen: 'nhé',
    ổng: 'ông ấy',
  }),
  'central words': swap('vi', {
    gì: 'chi',
    đâu: 'mô',
    sao: 'răng',
    này: 'ni',
    kia: 'tê',
    không: 'không nỏ',
    bố: 'bọ',
    mẹ: 'mạ',
    tôi: 'tui',
    nó: 'hắn',
    thế: 'rứa',
    vậy: 'rứa',
    mày: 'mi',
  }),
  'southern words': swap('vi', {
    bố: 'ba',
    mẹ: 'má',
    không: 'hông',
    vào: 'vô',
    này: 'nè',
    thế: 'vậy',
    nhé: 'nghen',
    quả: 'trái',
    lợn: 'heo',
    bảo: 'biểu',
    tớ: 'tui',
    mình: 'tui',
    ghê: 'dữ thần',
  }),
};

/** The same message in other words; undefined where the group's words do not fit it. */
export const groups: Record<string, Change> = {
  'as written': (text) => text,
  ...regions,
  'of girls': swap('vi', { anh: 'chị', nó: 'con bé', thằng: 'con', 'bạn trai': 'bạn gái', 'con trai': 'con gái', chú: 'cô', ông: 'bà' }),
  'of boys': swap('vi', { chị: 'anh', 'bạn gái': 'bạn trai', 'con gái': 'con trai', cô: 'thầy', bà: 'ông' }),
  'of girls (en)': swap('en', { he: 'she', him: 'her', his: 'her', boy: 'girl', boys: 'girls', dad: 'mum', brother: 'sister', uncle: 'aunt' }),
  'of boys (en)': swap('en', { she: 'he', her: 'his', girl: 'boy', girls: 'boys', mum: 'dad', mom: 'dad', sister: 'brother', aunt: 'uncle' }),
  'LGBTQ+ words': lead(
    ['Bạn mình là người đồng tính nè,', 'Bạn chuyển giới lớp mình kể:', 'Tớ là les,', 'Câu lạc bộ cầu vồng nhắn:', 'Anh gay hàng xóm bảo:'],
    ['as a gay teen,', 'my trans friend says:', 'our pride club says:', 'my two mums say:', 'bi girl here,'],
  ),
  'minority names': lead(
    ['H’Linh ở buôn kể:', 'Y Thông nhắn:', 'Vàng A Páo bảo:', 'Lò Thị Mai nói:', 'Thạch Sa Rây nhắn cả nhóm:', 'Ka Liễu viết:'],
    ["H'Linh from our village says:", 'Y Thong writes:', 'Pao from the hills says:', 'Sa Ray texts:'],
  ),
  'minority loan words': lead(
    ['Aê amí dặn:', 'Mế bảo:', 'Nyob zoo cả nhà,', 'Sua s’đây mọi người,', 'Ở nhà rông hôm nay,', 'Sau lễ Ok Om Bok,', 'Bế ơi,'],
    [],
  ),
  faith: lead(
    ['Nhóm Phật tử trẻ nhắn:', 'Sau lễ nhà thờ,', 'Ở thánh thất hôm nay,', 'Bạn theo đạo Hồi kể:'],
    ['after church,', 'my Muslim friend says:', 'at the temple today,'],
  ),
}; // biome-ignore format: a table reads better in rows
