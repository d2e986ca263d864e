/** What a VietQR text says: a transfer through NAPAS 247 to an account or a card. */
export interface VietQr {
  /** BIN of the bank (6 figures) and its name where we know it. */
  bin: string;
  bank?: string;
  account: string;
  /** In dong, as written; absent when the payer chooses it. */
  amount?: string;
  purpose?: string;
}

/** Application of NAPAS in EMVCo QR codes, in the template of merchant accounts with id 38. */
const NAPAS = 'A000000727';
const START = '000201';

/** Banks and wallets by the BIN that NAPAS gave them. */
const banks: Readonly<Record<string, string>> = {
  970436: 'Vietcombank',
  970415: 'VietinBank',
  970418: 'BIDV',
  970405: 'Agribank',
  970422: 'MB',
  970407: 'Techcombank',
  970416: 'ACB',
  970432: 'VPBank',
  970423: 'TPBank',
  970403: 'Sacombank',
  970437: 'HDBank',
  970441: 'VIB',
  970443: 'SHB',
  970426: 'MSB',
  970448: 'OCB',
  970440: 'SeABank',
  970431: 'Eximbank',
  970449: 'LPBank',
  970429: 'SCB',
  970428: 'Nam A Bank',
  970425: 'ABBANK',
  970419: 'NCB',
  970412: 'PVcomBank',
  970452: 'Kienlongbank',
  970427: 'VietABank',
  970433: 'VietBank',
  970438: 'BAOVIET Bank',
  970409: 'Bac A Bank',
  970400: 'SAIGONBANK',
  970430: 'PGBank',
  970424: 'Shinhan Bank',
  970454: 'BVBank',
};

/** One field of a QR text: two figures of id, two of length, the value. */
export interface Field {
  id: string;
  value: string;
}

/** Where VietQR texts stand in a text, with what they say. Nothing that fails its check sum is one. */
export function vietQrsOf(text: string): (VietQr & { start: number; end: number })[] {
  const found: (VietQr & { start: number; end: number })[] = [];
  for (let start = text.indexOf(START); start >= 0; start = text.indexOf(START, start + 1)) {
    const end = endOf(text, start);
    if (end === undefined) continue;
    const told = readVietQr(text.slice(start, end));
    if (!told) continue;
    found.push({ ...told, start, end });
    start = end - 1;
  }
  return found;
}

/**
 * Reads a VietQR text: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, with the account
 * template of NAPAS. Undefined when it is not one, or its CRC is wrong.
 */
export function readVietQr(payload: string): VietQr | undefined {
  const fields = readFields(payload);
  const crc = fields?.at(-1);
  if (!fields || crc?.id !== '63' || crc.value.length !== 4) return undefined;
  if (crc.value.toUpperCase() !== checkSum(payload.slice(0, -4))) return undefined;
  const account = readFields(fieldOf(fields, '38') ?? '');
  if (!account || fieldOf(account, '00') !== NAPAS) return undefined;
  const receiver = readFields(fieldOf(account, '01') ?? '');
  const bin = receiver && fieldOf(receiver, '00');
  const number = receiver && fieldOf(receiver, '01');
  if (!bin || !number) return undefined;
  const bank = banks[bin];
  const amount = fieldOf(fields, '54');
  const purpose = fieldOf(readFields(fieldOf(fields, '62') ?? '') ?? [], '08');
  return {
    bin,
    account: number,
    ...(bank !== undefined && { bank }),
    ...(amount !== undefined && { amount }),
    ...(purpose !== undefined && { purpose }),
  };
}

const fieldOf = (fields: readonly Field[], id: string) => fields.find((field) => field.id === id)?.value;

/** Fields of a text that consists of them; undefined when it does not. */
export function readFields(text: string): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < text.length; ) {
    const next = after(text, at);
    if (next === undefined) return undefined;
    fields.push({ id: text.slice(at, at + 2), value: text.slice(at + 4, next) });
    at = next;
  }
  return fields;
}

/** Writes fields; values are at most 99 characters long. */
export function writeFields(fields: readonly Field[]): string {
  return fields
    .map(({ id, value }) => {
      if (value.length > 99)
        throw new RangeError(`field ${id} has ${value.length} characters, 99 are the most`);
      return `${id}${String(value.length).padStart(2, '0')}${value}`;
    })
    .join('');
}

const FIGURES = /^\d{4}$/;
function after(text: string, at: number): number | undefined {
  const head = text.slice(at, at + 4);
  if (!FIGURES.test(head)) return undefined;
  const next = at + 4 + Number(head.slice(2));
  return next <= text.length ? next : undefined;
}

/** End of the QR text that begins at `start`: after its field 63. */
function endOf(text: string, start: number): number | undefined {
  for (let at: number | undefined = start; at !== undefined; ) {
    const next = after(text, at);
    if (next !== undefined && text.startsWith('6304', at)) return next;
    at = next;
  }
  return undefined;
}

const utf8 = new TextEncoder();

/** CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xffff) of the text's UTF-8 bytes, as four upper-case hex figures. */
export function checkSum(text: string): string {
  let crc = 0xffff;
  for (const byte of utf8.encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
