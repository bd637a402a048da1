import type { ThemeConfig } from 'antd';

/** Okabe and Ito's palette: told apart by people with any kind of colour vision. */
export const colours = {
  ink: '#0b2a4a',
  blue: '#0b5cad',
  sky: '#56b4e9',
  green: '#007a5a',
  orange: '#b35c00',
  vermilion: '#c0392b',
  parts: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7a6f00', '#555555'],
} as const;

export const theme: ThemeConfig = {
  token: {
    colorPrimary: colours.blue,
    colorInfo: colours.blue,
    colorLink: colours.blue,
    colorSuccess: colours.green,
    colorWarning: colours.orange,
    colorError: colours.vermilion,
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
