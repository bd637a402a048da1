import { colours, contrast, inkOn, theme } from '../libs/console/src/theme.js';

const WHITE = '#ffffff';
const token = theme.token as Record<string, string>;
const { Table, Layout, Menu } = theme.components as Record<string, Record<string, string>>;

it('measures contrast as WCAG 2.2 does', () => {
  expect(contrast('#000000', WHITE)).toBeCloseTo(21, 5);
  expect(contrast(WHITE, WHITE)).toBe(1);
  expect(contrast('#767676', WHITE)).toBeCloseTo(4.54, 2);
  expect(contrast('#777777', WHITE)).toBeCloseTo(4.48, 2);
});

const texts: [what: string, colour: string | undefined, ground: string | undefined][] = [
  ...['Secondary', 'Description', 'Tertiary', 'Placeholder'].flatMap(
    (name): [string, string | undefined, string | undefined][] => [
      [`${name} text`, token[`colorText${name}`], WHITE],
      [`${name} text between cards`, token[`colorText${name}`], token['colorBgLayout']],
    ],
  ),
  ...['Success', 'Warning', 'Error', 'Info'].map((name): [string, string | undefined, string | undefined] => [
    `a state of the kind ${name}`,
    token[`color${name}`],
    token[`color${name}Bg`],
  ]),
  ...['colorPrimary', 'colorPrimaryHover', 'colorError', 'colorErrorHover'].map(
    (name): [string, string, string | undefined] => [`a button in ${name}`, WHITE, token[name]],
  ),
  ['a link', token['colorLink'], WHITE],
  ['a link between cards', token['colorLink'], token['colorBgLayout']],
  ['a link under the pointer', token['colorLinkHover'], token['colorBgLayout']],
  ['the head of a table', Table!['headerColor'], Table!['headerBg']],
  ['the navigation', WHITE, Layout!['siderBg']],
  ['the page that is open, in the navigation', WHITE, Menu!['darkItemSelectedBg']],
];
it.each(texts)('%s is read by those who see little contrast: at least 4.5', (_, colour, ground) => {
  expect(contrast(colour!, ground!)).toBeGreaterThanOrEqual(4.5);
});

it.each(colours.parts)('what stands on the part %s of a price is read, too', (part) => {
  expect(contrast(inkOn(part), part)).toBeGreaterThanOrEqual(4.5);
});
