// Draws the icons of the installed portal: the mark (site/mark.svg, an open door with light behind it) as PNG files.

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";

const son = [0x8c, 0x1d, 0x22];
const vang = [0xf6, 0xcf, 0x74];
const white = [0xff, 0xff, 0xff];
const field = 40; // the mark's own units
const samples = 4; // a side of each pixel, against jagged edges

const box = (left, top, width, height) => (x, y) => x >= left && x <= left + width && y >= top && y <= top + height;
const leaf = (x, y) => x >= 10 && x <= 22 && y >= 10 + ((x - 10) * 5) / 12 && y <= 33 + ((x - 10) * 4) / 12;
const knob = (x, y) => Math.hypot(x - 19.2, y - 25.4) <= 1.3;
const ground = (x, y) => {
  const dx = Math.max(6 - x, x - 34, 0);
  const dy = Math.max(6 - y, y - 34, 0);
  return box(0, 0, field, field)(x, y) && Math.hypot(dx, dy) <= 6;
};
// From the bottom up.
const door = [[box(14, 10, 16, 23), vang], [leaf, white], [box(7, 7, 26, 3), white], [box(7, 33, 26, 2.4), white], [knob, son]];

// The colour at a point: red, green, blue, opacity. A mask of the system may cut a maskable icon to a circle of 80 %.
function colour(x, y, isMaskable) {
  const zoom = isMaskable ? 0.72 : 1;
  const [u, v] = [x, y].map((at) => (at - field / 2) / zoom + field / 2);
  const found = door.findLast(([covers]) => covers(u, v))?.[1];
  if (found) return [...found, 255];
  return isMaskable || ground(x, y) ? [...son, 255] : [0, 0, 0, 0];
}

function pixel(column, row, size, isMaskable) {
  const sum = [0, 0, 0, 0];
  for (let at = 0; at < samples * samples; at += 1) {
    const x = column + ((at % samples) + 0.5) / samples;
    const y = row + (Math.floor(at / samples) + 0.5) / samples;
    const [red, green, blue, opacity] = colour((x * field) / size, (y * field) / size, isMaskable);
    [red, green, blue].forEach((part, index) => (sum[index] += (part * opacity) / 255));
    sum[3] += opacity;
  }
  const weight = sum[3] / 255 || 1;
  return [...sum.slice(0, 3).map((part) => Math.round(part / weight)), Math.round(sum[3] / (samples * samples))];
}

const table = Uint32Array.from({ length: 256 }, (_none, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
const checksum = (bytes) => ~bytes.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), -1) >>> 0;

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const around = Buffer.alloc(4);
  around.writeUInt32BE(content.length);
  const end = Buffer.alloc(4);
  end.writeUInt32BE(checksum(body));
  return Buffer.concat([around, body, end]);
}

function png(size, isMaskable) {
  const rows = Array.from({ length: size }, (_none, row) => [
    0,
    ...Array.from({ length: size }, (_each, column) => pixel(column, row, size, isMaskable)).flat(),
  ]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, colour with opacity
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.from(rows.flat()), { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

// Writes the icons; answers the names they have got, by their plain names.
export async function drawIcons(target) {
  const icons = [["any-192", 192, false], ["any-512", 512, false], ["maskable-512", 512, true], ["touch-180", 180, true]];
  await mkdir(path.join(target, "icons"), { recursive: true });
  const names = {};
  for (const [name, size, isMaskable] of icons) {
    const image = png(size, isMaskable);
    const hash = createHash("sha256").update(image).digest("hex").slice(0, 8).toUpperCase();
    names[`icons/${name}.png`] = `icons/${name}-${hash}.png`;
    await writeFile(path.join(target, "icons", `${name}-${hash}.png`), image);
  }
  return names;
}
