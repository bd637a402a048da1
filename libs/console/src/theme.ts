import type { ThemeConfig } from 'antd';

/** Okabe and Ito's palette: told apart by people with any kind of colour vision. */
export const colours = {
  ink: '#0b2a4a',
  blue: '#0b5cad',
  sky: '#56b4e9',
  green: '#007a5a',
  orange: '#a85400',
  vermilion: '#c0392b',
  parts: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7a6f00', '#555555'],
} as const;

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 for the same to 21 for black on white; text needs 4.5. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or black, whichever is read more easily on that ground. */
export const inkOn = (ground: string): string =>
  contrast('#ffffff', ground) >= contrast('#000000', ground) ? '#ffffff' : '#000000';

export const theme: ThemeConfig = {
  token: {
    colorPrimary: colours.blue,
    colorInfo: colours.blue,
    colorLink: colours.blue,
    colorSuccess: colours.green,
    colorWarning: colours.orange,
    colorError: colours.vermilion,
    // Under the pointer darker, not paler: what is pointed at is read, too.
    colorPrimaryHover: '#084784',
    colorLinkHover: '#084784',
    colorErrorHover: '#a52f22',
    // Pale grounds, so that the words on them keep a contrast of at least 4.5:1.
    colorSuccessBg: '#e6f5ef',
    colorSuccessBorder: '#8fcfb6',
    colorWarningBg: '#fff4e2',
    colorWarningBorder: '#e8c08a',
    colorErrorBg: '#fdeeec',
    colorErrorBorder: '#eeb0a8',
    colorInfoBg: '#e9f2fc',
    colorInfoBorder: '#a8cbee',
    colorTextSecondary: '#56657a',
    colorTextDescription: '#56657a',
    colorTextTertiary: '#56657a',
    colorTextPlaceholder: '#5f6d80',
    colorIcon: '#56657a',
    borderRadius: 8,
    colorBgLayout: '#f3f6fa',
    fontFamily:
      "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif",
  },
  components: {
    Layout: { siderBg: colours.ink, headerBg: '#ffffff', triggerBg: colours.ink, headerPadding: '0 20px' },
    Menu: { darkItemBg: colours.ink, darkSubMenuItemBg: colours.ink, darkItemSelectedBg: '#1b4f86', itemHeight: 38 },
    Table: { headerBg: '#f0f4f9', headerColor: '#41546b' },
    Card: { headerFontSize: 15 },
  },
};
