export const removal = {
  vi: {
    title: 'Gỡ ảnh của mình',
    about:
      'Nhờ tìm và chặn ảnh riêng tư của bạn mà không gửi ảnh cho ai: máy bạn chỉ gửi dấu vân tay của ảnh.',
    lead: 'Ảnh hay phim riêng tư của bạn đang bị chuyền đi, hoặc bạn sợ nó sẽ bị chuyền? Bạn có thể nhờ tìm và chặn nó, mà ảnh không bao giờ rời khỏi máy bạn.',
    fault: 'Đó không phải lỗi của bạn, kể cả khi chính bạn đã chụp hay đã gửi.',
    danger: 'Đang bị dọa, hoặc cần người nghe? Gọi',
    dangerAfter: 'miễn phí, 24 giờ mỗi ngày.',
    how: [
      'Bạn chọn ảnh. Máy bạn tính “dấu vân tay” của ảnh: một dãy số đủ để nhận ra ảnh giống, không phải để xem ảnh.',
      'Chỉ dấu vân tay, nhóm tuổi và tên các nền tảng được gửi đi. Không gửi ảnh, không gửi tên tệp, không cần tên bạn.',
      'Bạn nhận số hồ sơ và mã PIN để xem kết quả, hoặc rút lại bất cứ lúc nào.',
    ],
    have: 'Đã có số hồ sơ? Xem hoặc rút yêu cầu',
    noscript:
      'Trang này phải tính dấu vân tay ngay trên máy bạn, nên cần JavaScript. Không ai nên xin bạn gửi ảnh để gỡ hộ. Nếu máy bạn không chạy được, hãy gọi 111 hoặc viết cho người hỗ trợ.',
    write: 'Viết ẩn danh',
    loading: 'Đang chuẩn bị…',
    ready: 'Đã sẵn sàng. Bạn có thể tắt mạng ngay bây giờ và chỉ bật lại khi bấm Gửi.',
    notReady: 'Chưa tải được phần tính dấu vân tay. Hãy xem lại mạng rồi tải lại trang, hoặc gọi 111.',
    chooseButton: 'Chọn từ máy này',
    choose: '1. Chọn ảnh hoặc phim ngắn',
    chooseHint:
      'Tối đa 50 tệp; phim dài tối đa 10 phút. Trang không hiện và không giữ ảnh. Tên tệp chỉ hiện trên máy này.',
    edited:
      'Ảnh bị nén, đổi cỡ, xoay ngang dọc hay lật gương thường vẫn nhận ra được. Phim bị nén hay đổi cỡ cũng vậy, còn phim bị xoay hay lật thì không. Ảnh và phim bị cắt, dán hình, thêm chữ hay phủ bộ lọc có thể không nhận ra: hãy thêm từng bản đã sửa mà bạn có.',
    list: 'Tệp đã chọn',
    waiting: 'Đang đợi',
    working: (percent: number) => `Đang tính… ${percent}%`,
    done: 'Xong. Nhận ra được cả bản gần giống.',
    film: (frames: number) => `Xong. ${frames} khung hình nhận ra được.`,
    'low-quality':
      'Có quá ít hình khối để nhận ra bản gần giống (ví dụ một màu, quá tối). Chỉ tìm được bản sao y nguyên.',
    'not-opened':
      'Trình duyệt này không mở được loại tệp này. Chỉ tìm được bản sao y nguyên. Nếu bạn đã có bản JPG, hãy thêm.',
    heic: 'Trình duyệt này không mở được ảnh HEIC của iPhone. Chỉ tìm được bản sao y nguyên. Để nhận ra cả bản gần giống, hãy mở trang này trên iPhone có ảnh đó; hoặc lưu ảnh thành JPG, thêm bản JPG vào đây, rồi xóa bản đó đi.',
    'too-long':
      'Phim dài hơn 10 phút. Chỉ tìm được bản sao y nguyên. Nếu bạn có đoạn ngắn hơn, hãy thêm đoạn đó.',
    refused: 'Đây không phải ảnh hay phim, nên không được tính.',
    failed: 'Không đọc được tệp này.',
    stop: 'Dừng',
    remove: 'Bỏ ra',
    twice: 'Tệp này đã có trong danh sách.',
    full: 'Yêu cầu này đã đầy. Bạn có thể gửi tệp này trong một yêu cầu khác.',
    tooMany: 'Tối đa 50 tệp một lần. Phần còn lại bạn có thể gửi trong yêu cầu khác.',
    counted: (done: number, all: number) => `Đã xong ${done} trong ${all} tệp.`,
    age: '2. Người trong ảnh bao nhiêu tuổi khi chụp?',
    ageHint: 'Trang này dành cho ảnh của người chưa đủ 18 tuổi. Từ 18 tuổi, bạn có thể dùng StopNCII.org.',
    platforms: '3. Ảnh đang ở đâu, hoặc có thể tới đâu?',
    platformsHint:
      'Có tên ở đây không có nghĩa là nơi đó đã tham gia. Dấu vân tay không tới được tin nhắn riêng giữa hai người.',
    platformsFailed: 'Chưa tải được danh sách. Hãy bật mạng rồi tải lại trang.',
    sends: 'Những gì sẽ được gửi',
    sendsNothing: 'Chưa có gì. Chưa có gì rời khỏi máy bạn.',
    sendsSome: (pictures: number, films: number) =>
      `Dấu vân tay của ${pictures} ảnh và ${films} phim, nhóm tuổi, nền tảng. Không có gì khác. Ảnh vẫn ở trên máy bạn.`,
    exactly: 'Xem đúng từng chữ sẽ gửi',
    send: 'Gửi dấu vân tay',
    sending: 'Đang gửi… có thể mất vài giây.',
    needFile: 'Hãy chọn ít nhất một ảnh hoặc phim.',
    needPlatform: 'Hãy chọn ít nhất một nơi.',
    stillWorking: 'Hãy đợi tính xong, hoặc bỏ tệp đang tính ra.',
    sendFailed: 'Chưa gửi được. Dấu vân tay vẫn còn ở đây. Hãy bật mạng rồi thử lại, hoặc gọi 111.',
    noReceiver: 'Chưa có nơi nào nhận yêu cầu trên máy chủ này. Hãy gọi 111.',
    tooOften: 'Có quá nhiều lượt từ mạng này. Hãy đợi vài phút rồi thử lại, hoặc gọi 111.',
    tooMuch:
      'Lúc này máy chủ đang quá tải hoặc có quá nhiều yêu cầu chưa kịp xem, nên chưa nhận được yêu cầu của bạn. Không phải tại bạn. Dấu vân tay vẫn còn ở đây: hãy thử gửi lại sau, hoặc gọi 111.',
    doneTitle: 'Đã gửi. Bạn đã làm được một việc khó.',
    doneAbout:
      'Hãy ghi lại hai số này ở nơi chỉ bạn biết. Chúng chỉ hiện một lần; mất thì không ai tìm lại được.',
    number: 'Số hồ sơ',
    pin: 'Mã PIN',
    copy: 'Chép hai số',
    copied: 'Đã chép',
    print: 'In ra',
    keep: 'Người có hai số này có thể xem và rút yêu cầu của bạn. Đừng chụp màn hình nếu người khác dùng chung máy.',
    toStatus: 'Xem yêu cầu',
    next: 'Giờ thì: đừng gửi ảnh cho ai để nhờ gỡ. Bạn cũng có thể báo cáo ngay trong ứng dụng nơi ảnh bị đăng.',
    questions: [
      [
        'Ai nhận dấu vân tay?',
        'Đường dây hỗ trợ vận hành máy chủ này. Một người được đào tạo xem yêu cầu của bạn: họ thấy nhóm tuổi, nền tảng và số tệp, không thấy ảnh. Dịch vụ nối với Kề Bên so ảnh được đăng lên với dấu vân tay; nơi khác chỉ nhận được khi nơi đó chịu nhận.',
      ],
      [
        'Trang này không làm được gì?',
        'Dấu vân tay chỉ giúp tìm ảnh ở những nơi công khai có so ảnh. Nó không xóa được ảnh trong máy người khác, trong tin nhắn riêng hay trên trang không tham gia. Không ai hứa chắc được là ảnh sẽ biến mất.',
      ],
      [
        'Đó là ảnh của bạn mình',
        'Đừng giữ hay chuyền ảnh của người khác, kể cả để gỡ. Hãy đưa trang này cho bạn ấy, hoặc gọi 111 để hỏi cùng bạn ấy.',
      ],
    ],
  },
  en: {
    title: 'Take my picture down',
    about:
      'Have your private pictures found and stopped without sending them to anybody: your device sends their fingerprints only.',
    lead: 'Is a private picture or film of you going round, or are you afraid it will? You can have it found and stopped, and the picture never leaves your device.',
    fault: 'It is not your fault, even if you took it or sent it yourself.',
    danger: 'Somebody threatens you, or you want to talk? Call',
    dangerAfter: 'free, 24 hours a day in Viet Nam.',
    how: [
      'You choose the picture. Your device works out its “fingerprint”: digits that serve to recognise the picture, not to see it.',
      'Only fingerprints, age group and names of platforms are sent. No picture, no file name, and your name is not needed.',
      'You get a case number and a PIN to see what came of it, or to withdraw at any time.',
    ],
    have: 'Have a case number? See or withdraw the request',
    noscript:
      'This page must work out the fingerprint on your own device, so it needs JavaScript. Nobody should ask you to send the picture to have it taken down. If your device cannot do it, call 111 or write to a helper.',
    write: 'Write without a name',
    loading: 'Getting ready…',
    ready: 'Ready. You can switch the network off now and on again only when you press Send.',
    notReady:
      'What works out the fingerprint could not be loaded. Check the network and load the page again, or call 111.',
    chooseButton: 'Choose from this device',
    choose: '1. Choose pictures or a short film',
    chooseHint:
      'At most 50 files; films of up to 10 minutes. The page neither shows nor keeps pictures. File names appear on this device only.',
    edited:
      'Pictures that were compressed, resized, turned on their side or mirrored are mostly recognised; so are films that were compressed or resized, but not films that were turned or mirrored. What was cropped, or has stickers, text or filters, may not be: add each edited copy that you have.',
    list: 'Chosen files',
    waiting: 'Waiting',
    working: (percent: number) => `Working… ${percent}%`,
    done: 'Done. Similar copies are recognised too.',
    film: (frames: number) => `Done. ${frames} ${frames === 1 ? 'frame' : 'frames'} can be recognised.`,
    'low-quality':
      'It has too little shape to recognise similar copies (one colour or very dark, for instance). Only exact copies can be found.',
    'not-opened':
      'This browser cannot open this kind of file. Only exact copies can be found. If you already have it as JPG, add that.',
    heic: 'This browser cannot open HEIC pictures of iPhones. Only exact copies can be found. To have similar copies recognised too, open this page on the iPhone that has the picture; or save the picture as JPG, add that here, and delete it afterwards.',
    'too-long':
      'The film is longer than 10 minutes. Only exact copies can be found. If you have a shorter cut, add it.',
    refused: 'This is neither a picture nor a film, so it is left out.',
    failed: 'This file cannot be read.',
    stop: 'Stop',
    remove: 'Take out',
    twice: 'This file is in the list already.',
    full: 'This request is full. You can send this file in another request.',
    tooMany: 'At most 50 files at a time. Send the others in another request.',
    counted: (done: number, all: number) => `${done} of ${all} files done.`,
    age: '2. How old was the person when the picture was made?',
    ageHint: 'This page is for pictures of people under 18. From 18 on you can use StopNCII.org.',
    platforms: '3. Where is the picture, or where might it go?',
    platformsHint:
      'Being named here does not mean that a place takes part. Fingerprints do not reach private messages between two people.',
    platformsFailed: 'The list could not be loaded. Switch the network on and load the page again.',
    sends: 'What will be sent',
    sendsNothing: 'Nothing yet. Nothing has left your device.',
    sendsSome: (pictures: number, films: number) =>
      `Fingerprints of ${pictures} ${pictures === 1 ? 'picture' : 'pictures'} and ${films} ${films === 1 ? 'film' : 'films'}, the age group, the platforms. Nothing else. The pictures stay on your device.`,
    exactly: 'See word for word what is sent',
    send: 'Send the fingerprints',
    sending: 'Sending… this can take some seconds.',
    needFile: 'Choose at least one picture or film.',
    needPlatform: 'Choose at least one place.',
    stillWorking: 'Wait until it is worked out, or take out the file in work.',
    sendFailed:
      'It could not be sent. The fingerprints are still here. Switch the network on and try again, or call 111.',
    noReceiver: 'Nobody receives requests on this server yet. Please call 111.',
    tooOften: 'Too many requests came from this network. Wait some minutes and try again, or call 111.',
    tooMuch:
      'Right now the server is too busy, or too many requests still wait for somebody to look, so yours was not taken. It is not because of you. The fingerprints are still here: try again later, or call 111.',
    doneTitle: 'Sent. You did something hard.',
    doneAbout:
      'Write these two numbers down where only you can find them. They are shown once; if lost, nobody can recover them.',
    number: 'Case number',
    pin: 'PIN',
    copy: 'Copy both',
    copied: 'Copied',
    print: 'Print',
    keep: 'Whoever has both numbers can see and withdraw your request. Take no screenshot if others use this device.',
    toStatus: 'See the request',
    next: 'From here: send the picture to nobody to have it taken down. You can also report it in the app where it was posted.',
    questions: [
      [
        'Who gets the fingerprints?',
        'The helpline that runs this server. A trained person looks at your request: they see age group, platforms and the number of files, no picture. Services connected to Kề Bên compare uploads with the fingerprints; other places get them only if they agree to.',
      ],
      [
        'What can this page not do?',
        'Fingerprints help to find pictures in public places that compare uploads. They cannot delete a picture on somebody’s device, in private messages or on sites that take no part. Nobody can promise that it disappears.',
      ],
      [
        'It is a picture of my friend',
        'Do not keep or pass on a picture of somebody else, not even to take it down. Show them this page, or call 111 together.',
      ],
    ],
  },
} as const;

export const removalStatus = {
  vi: {
    title: 'Yêu cầu gỡ ảnh của mình',
    about: 'Nhập số hồ sơ và mã PIN để xem hoặc rút yêu cầu.',
    lead: 'Nhập hai số bạn đã ghi lại.',
    number: 'Số hồ sơ (10 số)',
    pin: 'Mã PIN (6 số)',
    open: 'Xem',
    short: 'Số hồ sơ có 10 số và mã PIN có 6 số. Hãy kiểm tra lại.',
    wrong: 'Không có yêu cầu nào với số hồ sơ và mã PIN này. Hãy xem lại cả hai.',
    tooOften: 'Đã nhập sai nhiều lần. Để không ai đoán được mã PIN, hãy đợi một giờ rồi thử lại.',
    lost: 'Mất số hồ sơ hoặc mã PIN?',
    lostAbout:
      'Không ai tìm lại được hai số này, kể cả người vận hành trang: vì vậy không ai xem được yêu cầu thay bạn. Yêu cầu cũ vẫn còn hiệu lực. Muốn có số mới, bạn chỉ cần gửi lại từ đầu với cùng những ảnh đó; hoặc gọi 111 để hỏi.',
    again: 'Gửi yêu cầu mới',
    failed: 'Chưa mở được. Hãy thử lại sau một lát, hoặc gọi 111.',
    noscript: 'Trang này cần JavaScript. Bạn có thể gọi 111 để hỏi.',
    states: {
      received:
        'Đã nhận, chưa có người xem. Trong lúc chờ, nơi nhận đã so dấu vân tay trên dịch vụ của mình.',
      confirmed:
        'Đã có người xem và xác nhận. Nơi nhận so dấu vân tay trên dịch vụ của mình, và có thể chuyển cho những nơi bạn đã chọn.',
      declined: 'Không nhận. Dấu vân tay đã được xóa.',
      withdrawn: 'Đã rút. Dấu vân tay đã được xóa.',
    },
    gone: {
      some: 'Dấu vân tay của một số tệp không còn được so nữa; các tệp còn lại vẫn được so. Bạn có thể rút yêu cầu rồi gửi lại, hoặc gọi 111 để hỏi.',
      none: 'Dấu vân tay trong yêu cầu này không còn được so nữa. Bạn có thể rút yêu cầu rồi gửi lại, hoặc gọi 111 để hỏi.',
    },
    received: 'Gửi lúc',
    changed: 'Thay đổi lúc',
    items: 'Số ảnh và phim',
    platforms: 'Nơi đã chọn',
    matches: 'Lần thấy ảnh giống',
    matchesHint:
      'Chỉ tính trên dịch vụ của nơi nhận. Những nơi khác không báo lại, nên số 0 không có nghĩa là không ai có ảnh.',
    withdraw: 'Rút yêu cầu',
    sure: 'Rút yêu cầu thì dấu vân tay bị xóa hẳn và ảnh không còn được tìm nữa. Muốn lại thì phải gửi từ đầu.',
    yes: 'Đúng, rút yêu cầu',
    no: 'Không, giữ lại',
    close: 'Đóng và quên hai số',
  },
  en: {
    title: 'My request to take a picture down',
    about: 'Enter the case number and the PIN to see or withdraw the request.',
    lead: 'Enter the two numbers that you wrote down.',
    number: 'Case number (10 digits)',
    pin: 'PIN (6 digits)',
    open: 'See',
    short: 'A case number has 10 digits and a PIN has 6. Please check.',
    wrong: 'No request has this case number and PIN. Check both.',
    tooOften:
      'It was entered wrongly many times. So that nobody can guess a PIN, wait an hour and try again.',
    lost: 'Lost the case number or the PIN?',
    lostAbout:
      'Nobody can recover these two numbers, not even those who run this site: that is why nobody can look at your request in your place. The old request still stands. For new numbers, simply send the same pictures again; or call 111 to ask.',
    again: 'Send a new request',
    failed: 'It could not be opened. Try again in a moment, or call 111.',
    noscript: 'This page needs JavaScript. You can call 111 to ask.',
    states: {
      received:
        'Received; nobody has looked at it yet. Meanwhile the receiver compares the fingerprints on its own services.',
      confirmed:
        'Somebody looked at it and confirmed. The receiver compares the fingerprints on its own services, and may pass them to the places you chose.',
      declined: 'Not taken. The fingerprints were deleted.',
      withdrawn: 'Withdrawn. The fingerprints were deleted.',
    },
    gone: {
      some: 'The fingerprints of some files are no longer compared; the others still are. You can withdraw the request and send it again, or call 111 to ask.',
      none: 'The fingerprints of this request are no longer compared. You can withdraw it and send it again, or call 111 to ask.',
    },
    received: 'Sent',
    changed: 'Changed',
    items: 'Pictures and films',
    platforms: 'Places chosen',
    matches: 'Times a similar picture was seen',
    matchesHint:
      'Counted on the services of the receiver only. Others do not tell, so 0 does not mean that nobody has the picture.',
    withdraw: 'Withdraw the request',
    sure: 'When you withdraw, the fingerprints are deleted for good and the picture is no longer looked for. To have it again you would start over.',
    yes: 'Yes, withdraw it',
    no: 'No, keep it',
    close: 'Close and forget the numbers',
  },
} as const;
