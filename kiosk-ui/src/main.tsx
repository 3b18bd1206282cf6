import './theme/theme.css';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { newQueryClient } from './appliance-client/queries.ts';
import { ScreenGuard } from './components/screen-guard.tsx';
import { i18n } from './i18n/i18n.ts';

const root = document.getElementById('dugout');
if (!root) throw new Error('index.html has no #dugout');

createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={newQueryClient()}>
        <ScreenGuard>
          <App />
        </ScreenGuard>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
