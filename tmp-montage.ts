import sharp from 'sharp';

const dir = '/tmp/shots-console/';
for (const name of process.argv.slice(2)) {
  const files = ['vi-1280', 'vi-360', 'en-360', 'en-1280'].map((x) => `${dir}${name}-${x}.png`);
  const imgs = await Promise.all(
    files.map(async (f) => {
      const b = await sharp(f).toBuffer();
      const m = await sharp(b).metadata();
      return { b, w: m.width!, h: m.height! };
    }),
  );
  const w = imgs.reduce((s, i) => s + i.w + 10, 0),
    h = Math.max(...imgs.map((i) => i.h));
  let x = 0;
  const c = imgs.map((i) => {
    const o = { input: i.b, left: x, top: 0 };
    x += i.w + 10;
    return o;
  });
  await sharp({ create: { width: w, height: h, channels: 3, background: '#888' } })
    .composite(c)
    .png()
    .toFile(`/tmp/shots-console/m-${name}.png`);
  console.log(name, w, h);
}
