/** Files that tests make: smallest pictures, with XMP and with C2PA manifests signed by a certificate made on the spot. */
import { webcrypto } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type Asset, JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { LocalSigner } from '@trustnxt/c2pa-ts/cose';
import { ActionAssertion, ClaimVersion, DataHashAssertion, ManifestStore } from '@trustnxt/c2pa-ts/manifest';

export const trained = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** An XMP packet that says where the picture comes from, in one of the three ways of writing it. */
export function xmp(value: string, style: 'attribute' | 'resource' | 'text' = 'attribute'): string {
  const inner = {
    attribute: ` x:DigitalSourceType="${value}"/>`,
    resource: `><x:DigitalSourceType rdf:resource="${value}"/></rdf:Description>`,
    text: `><x:DigitalSourceType>${value}</x:DigitalSourceType></rdf:Description>`,
  }[style];
  return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:x="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"${inner}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

export function png(packet?: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(2, 0);
  header.writeUInt32BE(2, 4);
  header.set([8, 2], 8);
  const text = Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${packet ?? ''}`, 'utf8');
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...(packet === undefined ? [] : [pngChunk('iTXt', text)]),
    pngChunk('IDAT', deflateSync(Buffer.alloc(14))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

/** A grey 8×8 baseline JPEG. */
export function jpeg(packet?: string): Buffer {
  const segment = (marker: number, body: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
  };
  const huffman = (kind: number, symbols: number[]) =>
    segment(0xc4, Buffer.from([kind, symbols.length, ...Array<number>(15).fill(0), ...symbols]));
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex')),
    ...(packet === undefined
      ? []
      : [segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${packet}`, 'utf8'))]),
    segment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
    segment(0xc0, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0])),
    huffman(0x00, [0]),
    huffman(0x10, [0]),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x3f, 0xff, 0xd9]),
  ]);
}

/** A 1×1 lossless WebP in the extended form, with an XMP chunk and, when given, a C2PA chunk. */
export function webp(packet?: string, jumbf?: Uint8Array): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const extended = Buffer.alloc(10);
  extended[0] = packet === undefined ? 0 : 0x04;
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', extended),
    chunk('VP8L', Buffer.from('2f00000000078810fd0ffe070022a2ff01', 'hex')),
    ...(packet === undefined ? [] : [chunk('XMP ', Buffer.from(packet, 'utf8'))]),
    ...(jumbf === undefined ? [] : [chunk('C2PA', jumbf)]),
  ]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A root and a signer under it: C2PA takes no self-signed signer. */
async function testSigner(): Promise<LocalSigner> {
  cryptoProvider.set(webcrypto as unknown as Crypto);
  const make = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await make();
  const leaf = await make();
  const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2036-01-01') };
  const authority = await AuthorityKeyIdentifierExtension.create(root.publicKey as CryptoKey);
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    // emailProtection: one of the purposes that the C2PA certificate profile allows.
    new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.4'], false),
    await SubjectKeyIdentifierExtension.create(leaf.publicKey as CryptoKey),
    authority,
  ];
  const certificate = await X509CertificateGenerator.create({
    ...dates,
    serialNumber: '02',
    subject: 'CN=Test signer, O=Test',
    issuer: 'CN=Test root, O=Test',
    signingAlgorithm: algorithm,
    publicKey: leaf.publicKey as CryptoKey,
    signingKey: root.privateKey as CryptoKey,
    extensions,
  });
  const secret = new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey));
  return new LocalSigner(secret, -7, certificate, []);
}

/** The picture with a C2PA manifest: one `c2pa.created` action of the given source type, signed. */
export async function signed(picture: Buffer, digitalSourceType: string): Promise<Buffer> {
  const data = new Uint8Array(picture);
  const asset: Asset = JPEG.canRead(data) ? new JPEG(data) : new PNG(data);
  const signer = await testSigner();
  const store = new ManifestStore();
  const manifest = store.createManifest({
    claimVersion: ClaimVersion.V2,
    assetFormat: asset.mimeType,
    instanceID: 'xmp:iid:keben-test',
    defaultHashAlgorithm: 'SHA-256',
    signer,
  });
  if (manifest.claim) manifest.claim.claimGeneratorName = 'Test generator';
  const binding = DataHashAssertion.create('SHA-256');
  manifest.addAssertion(binding);
  const made = new ActionAssertion();
  // The library's lists of terms are enums without a value export; the terms themselves are strings.
  made.actions.push({
    action: 'c2pa.created',
    digitalSourceType,
    softwareAgent: { name: 'Test model' },
  } as unknown as (typeof made.actions)[number]);
  manifest.addAssertion(made);
  await asset.ensureManifestSpace(store.measureSize());
  await binding.updateWithAsset(asset);
  await manifest.sign(signer);
  await asset.writeManifestJUMBF(store.getBytes());
  return Buffer.from(await asset.getDataRange());
}
