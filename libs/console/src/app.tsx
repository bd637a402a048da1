import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@app/sdk';
import { language } from './i18n.js';
import { Frame } from './layout.js';
import { SessionProvider, type Session } from './session/session.js';
import { theme } from './theme.js';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal will be one again; a network that failed may be back.
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < 2,
      staleTime: 2000,
      networkMode: 'always',
    },
    // The service may stand on this very machine: what the browser believes of the network holds nothing back.
    mutations: { networkMode: 'always' },
  },
});

export function Root({ session, failure }: { session: Session; failure: Error | null }) {
  useTranslation();
  return (
    <ConfigProvider locale={language() === 'en' ? enUS : zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp>
        <QueryClientProvider client={queries}>
          <SessionProvider session={session}>
            <Frame failure={failure} />
          </SessionProvider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
