import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './compressed.ts';

const appliance = process.env['DUGOUT_DEV_APPLIANCE'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react(), tailwind(), compressed()],
  build: {
    target: ['chrome111', 'safari16.4', 'firefox114'],
    // Every asset stays a file of its own: the content security policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '^/(api|login|games|s|healthz|readyz)(/|$)': appliance,
      '/mqtt': { target: appliance, ws: true },
    },
  },
});
