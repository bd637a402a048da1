import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const lib = (name: string): string => resolve(root, `libs/${name}/src/index.ts`);

/** `vite build libs/console` writes dist/console; `vite libs/console` serves it beside a service on port 8080. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  resolve: { alias: { '@app/sdk': lib('sdk'), '@app/rulepacks': lib('rulepacks') } },
  build: {
    outDir: resolve(root, 'dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Libraries change seldom, so a new version of the console leaves them in the browser's cache.
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next|@tanstack)[\\/]/,
            },
            { name: 'contract', test: /node_modules[\\/]zod[\\/]|libs[\\/](sdk|rulepacks)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/oidc', '/log', '/certificates', '/console/settings.json'].map((path) => [
        path,
        'http://127.0.0.1:8080',
      ]),
    ),
  },
});
