import type PDFKit from 'pdfkit';

type Doc = PDFKit.PDFDocument;

/** A4 in points (1/72 inch): the area for text inside the frame. */
export const PAGE = { width: 595.28, height: 841.89, left: 62, right: 533.28, top: 70, bottom: 768 };

export const INK = {
  red: '#A3161B',
  gold: '#A07C3B',
  black: '#1C1B19',
  grey: '#716B61',
  line: '#C9B78F',
  paper: '#F4ECD8',
  faint: '#EBDFC2',
};

export const SEAL_RADIUS = 54;

/** Frame, corners and a guilloche rosette, as on securities; drawn before the text of a page. */
export function background(doc: Doc): void {
  rosette(doc, PAGE.width / 2, PAGE.height * 0.47);
  const frame = (inset: number, lineWidth: number, colour: string) =>
    doc
      .lineWidth(lineWidth)
      .strokeColor(colour)
      .rect(inset, inset, PAGE.width - 2 * inset, PAGE.height - 2 * inset)
      .stroke();
  frame(24, 2.4, INK.red);
  frame(29, 0.6, INK.gold);
  wave(doc, 35);
  frame(41, 0.6, INK.gold);
  const [far, low] = [PAGE.width - 24, PAGE.height - 24];
  for (const [x, y, dx, dy] of [[24, 24, 1, 1], [far, 24, -1, 1], [24, low, 1, -1], [far, low, -1, -1]] as const) corner(doc, x, y, dx, dy); // prettier-ignore
}

/** Petals turning both ways, r = R·(1 + a·cos(kθ ± phase)), whose many crossings are hard to redraw by hand. */
function rosette(doc: Doc, x: number, y: number): void {
  doc.lineWidth(0.35).strokeColor(INK.faint);
  for (let curve = 0; curve < 32; curve++) {
    const [radius, phase] = [48 + Math.floor(curve / 2) * 9, (curve % 2 === 0 ? 1 : -1) * curve * 0.13];
    for (let step = 0; step <= 240; step++) {
      const angle = (step * Math.PI) / 120;
      const r = radius * (1 + 0.15 * Math.cos(12 * angle + phase));
      const point = [cents(x + r * Math.cos(angle)), cents(y + r * Math.sin(angle))] as const;
      if (step === 0) doc.moveTo(...point);
      else doc.lineTo(...point);
    }
    doc.stroke();
  }
}

/** A hundredth of a point is finer than any printer; more digits only make the file larger. */
const cents = (points: number) => Math.round(points * 100) / 100;

/** Two interlaced sine lines all along the frame. */
function wave(doc: Doc, inset: number): void {
  const start = inset + 26;
  const side = (length: number, at: (along: number, across: number) => [number, number]) => {
    const periods = Math.round(length / 14);
    for (const phase of [0, Math.PI]) {
      for (let step = 0; step <= periods * 12; step++) {
        const [x, y] = at((length * step) / (periods * 12), 2.6 * Math.sin((step * Math.PI) / 6 + phase)).map(
          cents,
        ) as [number, number];
        if (step === 0) doc.moveTo(x, y);
        else doc.lineTo(x, y);
      }
      doc.stroke();
    }
  };
  doc.lineWidth(0.5).strokeColor(INK.line);
  const [across, down] = [PAGE.width - 2 * start, PAGE.height - 2 * start];
  side(across, (along, off) => [start + along, inset + off]);
  side(across, (along, off) => [start + along, PAGE.height - inset + off]);
  side(down, (along, off) => [inset + off, start + along]);
  side(down, (along, off) => [PAGE.width - inset + off, start + along]);
}

/** A squared spiral (回纹) in a corner; dx and dy point into the page. */
function corner(doc: Doc, x: number, y: number, dx: number, dy: number): void {
  const spiral = [[6, 30], [6, 6], [30, 6], [30, 24], [13, 24], [13, 13], [23, 13], [23, 18], [18, 18]] as const; // prettier-ignore
  doc.rect(x, y, dx * 36, dy * 36).fill('#fff');
  doc.lineWidth(2.4).strokeColor(INK.red);
  doc.moveTo(x, y + dy * 36).lineTo(x, y).lineTo(x + dx * 36, y).stroke(); // prettier-ignore
  doc.lineWidth(1.5).strokeColor(INK.red);
  spiral.forEach(([u, v], i) => {
    const point = [x + dx * u, y + dy * v] as const;
    if (i === 0) doc.moveTo(...point);
    else doc.lineTo(...point);
  });
  doc.stroke();
}

/** The registrar's special seal 登记专用章: ring, star, name around the star, kind of seal below; over the text, as a stamp is. */
export function seal(doc: Doc, centre: { x: number; y: number }, name: string, kind = '登记专用章'): void {
  const { x, y } = centre;
  doc.save().fillOpacity(0.82).strokeOpacity(0.82);
  doc
    .lineWidth(2.6)
    .strokeColor(INK.red)
    .circle(x, y, SEAL_RADIUS - 1.3)
    .stroke();
  doc.polygon(...star(x, y - 1, 16)).fill(INK.red);
  const letters = Array.from(name);
  const size = Math.min(13, 150 / letters.length);
  const radius = SEAL_RADIUS - 6 - size / 2;
  const spread = Math.min(260, 24 * (letters.length - 1));
  doc.font('bold').fontSize(size).fillColor(INK.red);
  letters.forEach((letter, i) => {
    const degrees = letters.length === 1 ? 0 : -spread / 2 + (spread * i) / (letters.length - 1);
    doc.save().rotate(degrees, { origin: [x, y] });
    centredText(doc, letter, x, y - radius, size);
    doc.restore();
  });
  doc.font('bold').fontSize(9);
  centredText(doc, kind, x, y + 30, 9);
  doc.restore();
}

/** The font's em box is not centred on its ideographs: their middle lies 0.38 em above the baseline, which is 1.16 em below the line's top. */
function centredText(doc: Doc, text: string, x: number, y: number, size: number): void {
  doc.text(text, x - doc.widthOfString(text) / 2, y - size * 0.78, { lineBreak: false });
}

function star(x: number, y: number, outer: number): [number, number][] {
  const inner = outer * 0.382; // the ratio of a regular pentagram
  return Array.from({ length: 10 }, (_, i) => {
    const [r, angle] = [i % 2 === 0 ? outer : inner, (i * Math.PI) / 5];
    return [x + r * Math.sin(angle), y - r * Math.cos(angle)];
  });
}
