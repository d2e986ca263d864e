import { type VietQr, vietQrsOf } from './vietqr.ts';

export type NumberKind = 'vietqr' | 'account' | 'phone' | 'amount' | 'code';

/** A number that means something; `start` and `end` are UTF-16 offsets in the text as it was given. */
export interface FoundNumber {
  kind: NumberKind;
  start: number;
  end: number;
  /** Figures alone; a phone number as dialled in Viet Nam (0…). An amount stays as written. */
  value: string;
  /** What the QR text says, for `vietqr`. */
  qr?: VietQr;
}

const figure = /\d/;
const fourFigures = /(?:\d[ .-]?){3}\d|\d[ .-]?[oO\d]{5}/;

// Read from the first figure of a run on: far fewer places than all of a text.
const amount =
  /[1-9]\d{0,2}(?:[.,]\d{3})+(?:\s?(?:đồng|dong|vn[dđ]|[dđ₫$€])(?![\p{L}\d]))|[1-9]\d{0,8}(?:[.,]\d{1,2})?\s?(?:tr(?:iệu|ieu)?\d{0,3}|tỷ|tỉ|củ|nghìn|nghin|ngàn|ngan|đồng|vn[dđ]|usd|euro?|dollars?|đô|bucks|pounds|[kđ₫$€])(?![\p{L}\d])/iuy;
const foreign = /[1-9]\d{0,8}(?:[.,]\d{1,3})*/y;
const figures = /\d+/g;

// Figures of a telephone number may stand apart, and a letter O may stand for a nought.
const phones =
  /(?<![\p{L}\d+])(?:(?:\+|00)?84[ .-]?(?:\(0\)[ .-]?)?|[0oO](?=[ .-]?[235789oO]))(?:[ .-]?[\doO]){8,10}(?![\p{L}\d])|(?<!\d)1[89]00(?:[ .-]?\d){4,6}(?!\d)/gu;
const mobile = /^0[35789]\d{8}$/;
const fixed = /^02\d{9}$/;
const hotline = /^1[89]00\d{4}(?:\d\d)?$/;

const runs = /(?<![\p{L}\d])\d(?:[ .-]?\d){3,22}(?![\p{L}\d])/gu;

const banks =
  'vietcombank|vcb|vietinbank|icb|bidv|agribank|mb ?bank|mb|techcombank|tcb|tech|acb|vp ?bank|vpb|tp ?bank|tpb|sacombank|hd ?bank|vib|shb|msb|ocb|scb|seabank|eximbank|lp ?bank|nam ?a ?bank|ab ?bank|ncb|pvcombank|kienlongbank|viet ?a ?bank|vietbank|bac ?a ?bank|shinhan|ngan hang|timo|cake';
const wallets = 'momo|zalo ?pay|viettel ?money|shopee ?pay|vnpay|vi dien tu|vi|wallet';
/** Words after which a number is an account … */
const ofAccount = new RegExp(
  String.raw`(?<![a-z\d])(?:stk|so tk|so tai khoan|tai khoan|tk|so the|the|account|accounts?|acct?|a\/c|iban|sort code|card|payee|${banks}|${wallets}|(?:ck|chuyen|chuyen khoan|nap|nop|gui|dong|bank|coc|phi|tien|luong|thanh toan)(?: [a-z\d]+){0,4}? (?:vao|vo|qua|toi|den|ve|to|into)(?: so)?|(?:pay|paid|send|sent|transfer|wire|deposit|money|fee|bail|goes|put|drop)(?: [a-z\d]+){0,4}? (?:to|in|into)(?: number)?|(?:vao|vo) so)(?![a-z\d])`,
  'g',
);
/** … and words after which it is something else. */
const ofOthers =
  /(?<![a-z\d])(?:mssv|ma so|ma sinh vien|ma hoc sinh|ma hs|ma|sbd|so bao danh|cccd|cmnd|can cuoc|don hang|van don|don|uid|id|hotline|sdt|dt|so dien thoai|dien thoai|lien he|goi|phone|call|tel|zalo|whatsapp|mst|seri|serial|tracking|order|student|doc so|day so|otp|code|bien so|pin|ngay|luc|nam|isbn)(?![a-z\d])/g;
const payment =
  /(?<![a-z\d])(?:ck|chuyen|chuyen khoan|bank|nap|nop|dong|gui|coc|phi|tien|thanh toan|ung ho|quyen gop|mua|muon|tra|le|luong|nghin|trieu|tr|\d+k|\d+tr|quet|stk|so tk|acct?|sort code|payee|pay|paid|payment|transfer|send|deposit|wire|donate|donation|fee|bill|bail|fine|funds?|money|scan|cash|put \d+|drop)(?![a-z\d])/;
const codeBefore =
  /(?<![a-z\d])(?:otp|ma|code|passcode|pin|verification|xac thuc|xac minh|xac nhan)(?![a-z\d])[^\d]{0,24}$/;
const codeAfter = /^[^\d]{0,12}(?<![a-z\d])(?:is your|la ma|is the)(?![a-z\d])/;
const owner = /^[\s,:;-]*(?:tên|ten|chủ tk|chu tk|chủ tài khoản|name)?[\s:]*\p{Lu}{2,}(?:\s+\p{Lu}{2,})+/u;

/** How far around a number its company is looked for, in UTF-16 units. */
const WINDOW = 48;

/** Numbers of a text that mean money, a telephone or a code. */
export function numbersOf(text: string): FoundNumber[] {
  if (!figure.test(text)) return [];
  const found: FoundNumber[] = [];
  const free = (start: number, end: number) => !found.some((one) => one.start < end && start < one.end);
  const many = fourFigures.test(text);
  if (many) {
    for (const { start, end, ...qr } of vietQrsOf(text))
      found.push({ kind: 'vietqr', start, end, value: qr.account, qr });
  }
  for (const match of text.matchAll(figures)) addAmount(text, match.index, found, free);
  if (many) {
    for (const match of text.matchAll(phones)) addPhone(text, match[0], match.index, found, free);
    for (const match of text.matchAll(runs)) addRun(text, match[0], match.index, found, free);
  }
  return found.sort((a, b) => a.start - b.start);
}

type Free = (start: number, end: number) => boolean;

function addAmount(text: string, at: number, found: FoundNumber[], free: Free): void {
  const ahead = /([$£€]\s?)$|[\d.,+]$/.exec(text.slice(Math.max(0, at - 2), at));
  const sign = ahead?.[1];
  if (ahead && sign === undefined) return;
  const written = sign === undefined ? amount : foreign;
  written.lastIndex = at;
  const match = written.exec(text);
  if (!match) return;
  const start = at - (sign?.length ?? 0);
  const end = at + match[0].length;
  if (free(start, end)) found.push({ kind: 'amount', start, end, value: text.slice(start, end) });
}

function addPhone(text: string, whole: string, start: number, found: FoundNumber[], free: Free): void {
  const end = start + whole.length;
  const figures = whole
    .replace(/\(0\)/, '')
    .replace(/[oO]/g, '0')
    .replace(/\D/g, '')
    .replace(/^(?:00)?84(?=\d{9,10}$)/, '0');
  if (!free(start, end) || !(mobile.test(figures) || fixed.test(figures) || hotline.test(figures))) return;
  if ((whole.match(/[oO]/g)?.length ?? 0) > 4) return;
  // Banks and wallets give telephone numbers as accounts.
  const kind = isAccount(before(text, start)) === true ? 'account' : 'phone';
  found.push({ kind, start, end, value: figures });
}

function addRun(text: string, whole: string, start: number, found: FoundNumber[], free: Free): void {
  const end = start + whole.length;
  const figures = whole.replace(/\D/g, '');
  if (!free(start, end)) return;
  const ahead = before(text, start);
  const behind = plain(text.slice(end, end + WINDOW));
  if (figures.length <= 8 && (codeBefore.test(ahead) || codeAfter.test(behind))) {
    found.push({ kind: 'code', start, end, value: figures });
    return;
  }
  if (figures.length < 6 || figures.length > 19) return;
  const told = isAccount(ahead);
  const named =
    figures.length >= 8 &&
    (owner.test(text.slice(end, end + WINDOW)) ||
      new RegExp(`^[\\s,:;(-]*(?:${banks})(?![a-z\\d])`).test(behind));
  if (told === true || (told === undefined && named))
    found.push({ kind: 'account', start, end, value: figures });
}

const before = (text: string, start: number) => plain(text.slice(Math.max(0, start - WINDOW), start));

/** Lower case without marks. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd');
}

/** Whether the words before a number make it an account: the last one decides; undefined when none says anything. */
function isAccount(ahead: string): boolean | undefined {
  const last = (words: RegExp) => {
    let at = -1;
    for (const match of ahead.matchAll(words)) at = match.index + match[0].length;
    return at;
  };
  const account = last(ofAccount);
  const other = last(ofOthers);
  return account < 0 && other < 0 ? undefined : account > other;
}

/** The number that tells where to pay: a VietQR text, or an account together with words of payment. */
export function paymentDetails(
  text: string,
  numbers: readonly FoundNumber[],
): { found: FoundNumber; score: number }[] {
  const details = numbers.filter(({ kind }) => kind === 'vietqr' || kind === 'account');
  if (details.length === 0) return [];
  const paying = payment.test(plain(text));
  return details
    .filter(({ kind }) => kind === 'vietqr' || paying)
    .map((found) => ({ found, score: found.kind === 'vietqr' ? QR_SCORE : ACCOUNT_SCORE }));
}

const QR_SCORE = 0.9;
const ACCOUNT_SCORE = 0.8;
