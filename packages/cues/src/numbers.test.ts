import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnalyser } from './analyse.ts';
import { analyse, cues } from './index.ts';
import { numbersOf } from './numbers.ts';
import { patternReader } from './patterns-of-list.ts';
import { checkSum, readFields, readVietQr, vietQrsOf, writeFields } from './vietqr.ts';

const told = (text: string) => numbersOf(text).map(({ kind, value }) => `${kind} ${value}`);
const cuesOf = (text: string) => analyse(text).cues.map(({ cue }) => cue);

/** A VietQR text as a bank's app makes it. */
function vietQr({ bin = '970436', account = '0123456789', amount = '', purpose = '' } = {}): string {
  const body = writeFields([
    { id: '00', value: '01' },
    { id: '01', value: amount === '' ? '11' : '12' },
    {
      id: '38',
      value: writeFields([
        { id: '00', value: 'A000000727' },
        {
          id: '01',
          value: writeFields([
            { id: '00', value: bin },
            { id: '01', value: account },
          ]),
        },
        { id: '02', value: 'QRIBFTTA' },
      ]),
    },
    { id: '53', value: '704' },
    ...(amount === '' ? [] : [{ id: '54', value: amount }]),
    { id: '58', value: 'VN' },
    ...(purpose === '' ? [] : [{ id: '62', value: writeFields([{ id: '08', value: purpose }]) }]),
  ]);
  return `${body}6304${checkSum(`${body}6304`)}`;
}

describe('numbers', () => {
  it('tells accounts, telephones, amounts and codes', () => {
    expect(told('STK 0123 4567 8901 MB bank, chuyển 1tr5 nhé')).toEqual([
      'account 012345678901',
      'amount 1tr5',
    ]);
    expect(told('số tài khoản: 1903.6789.0123.45')).toEqual(['account 19036789012345']);
    expect(told('MB 0000123456789 NGUYEN VAN MAU')).toEqual(['account 0000123456789']);
    expect(told('gửi vào 111122223333 Vietcombank')).toEqual(['account 111122223333']);
    expect(told('Momo 0900 000 123 nha')).toEqual(['account 0900000123']);
    expect(told('Gọi mình +84 90 000 01 23 hoặc 0900.000.456, o9oo 000 789')).toEqual([
      'phone 0900000123',
      'phone 0900000456',
      'phone 0900000789',
    ]);
    expect(told('Văn phòng 024 3800 0000, tổng đài 1900 1234')).toEqual([
      'phone 02438000000',
      'phone 19001234',
    ]);
    expect(told('giá 2.500.000đ, cọc $20, còn lại 300 nghìn')).toEqual([
      'amount 2.500.000đ',
      'amount $20',
      'amount 300 nghìn',
    ]);
    expect(told('Mã OTP của bạn là 482913')).toEqual(['code 482913']);
    expect(told('104233 is your code')).toEqual(['code 104233']);
  });

  it('leaves other numbers alone', () => {
    for (const text of [
      'MSSV 2021000123, số báo danh 000045',
      'mã đơn hàng 240912345678',
      'năm 2026, trang 120',
      'Mai 7h30 lớp 12A3 phòng 304',
      'UID 1234567890 nha',
      'điểm 9,5 và 10',
      'dãy số 1111, 2222, 3333',
    ])
      expect(
        told(text).filter((one) => /^(?:account|phone)/.test(one)),
        text,
      ).toEqual([]);
  });

  it('finds payment details by an account with words of payment or by a VietQR text, not by a telephone or a school id', () => {
    expect(cuesOf('Bạn chuyển vào STK 0123456789012 ngân hàng MB nhé')).toContain('payment-details');
    const qr = vietQr({ amount: '250000', purpose: 'giu cho' });
    const text = `quét nè ${qr} nha`;
    const cue = analyse(text).cues.find((one) => one.cue === 'payment-details');
    expect(text.slice(cue?.start, cue?.end)).toBe(qr);
    // By patterns and numbers alone: what the model makes of the words is not the numbers' doing.
    const plain = createAnalyser(cues, patternReader);
    for (const innocent of [
      'Mẹ ơi gọi cô giáo số 0900 000 123 nhé',
      'Mã số sinh viên của mình là 20210001',
      'Quỹ lớp chuyển vào STK 0123456789012 nhé',
    ])
      expect(plain(innocent).cues, innocent).toEqual([]);
  });

  it('reads any text without fault, spans inside it, in order and apart', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'stk ',
        ' 0900 000 123',
        '000201',
        ' 1tr5 ',
        '$',
        'mã otp ',
        '12345678901234567890',
        '.',
        '-',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let before = 0;
        for (const { start, end } of numbersOf(text)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('VietQR', () => {
  it('sums as CRC-16/CCITT-FALSE does', () => {
    expect(checkSum('123456789')).toBe('29B1');
    expect(checkSum('')).toBe('FFFF');
  });

  it('reads what was written, wherever it stands in a text', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^97\d{4}$/),
        fc.stringMatching(/^\d{6,19}$/),
        fc.stringMatching(/^[1-9]\d{3,8}$/),
        fc.stringMatching(/^[a-z][a-z ]{0,18}[a-z]$/),
        fc.string(),
        (bin, account, amount, purpose, around) => {
          const qr = vietQr({ bin, account, amount, purpose });
          expect(readVietQr(qr)).toMatchObject({ bin, account, amount, purpose });
          const text = `${around} ${qr} ${around}`;
          const found = vietQrsOf(text).map(({ start, end }) => text.slice(start, end));
          expect(found).toContain(qr);
        },
      ),
    );
    expect(readVietQr(vietQr())).toEqual({ bin: '970436', bank: 'Vietcombank', account: '0123456789' });
  });

  it('believes nothing with one character changed', () => {
    const qr = vietQr({ amount: '50000' });
    fc.assert(
      fc.property(fc.nat(qr.length - 1), fc.constantFrom(...'0123456789AZ'), (at, char) => {
        fc.pre(qr[at] !== char);
        expect(readVietQr(qr.slice(0, at) + char + qr.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('writes and reads fields back', () => {
    const field = fc.record({ id: fc.stringMatching(/^\d\d$/), value: fc.string({ maxLength: 99 }) });
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        expect(readFields(writeFields(fields))).toEqual(fields);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void readFields(text)));
  });
});
