import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '@fontsource/be-vietnam-pro/700.css';
import '@mantine/core/styles.css';
import './style.css';
import './i18n.ts';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { Problem } from './api.ts';
import { router } from './router.tsx';

const theme = createTheme({
  respectReducedMotion: true,
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif" },
  primaryColor: 'teal',
  primaryShade: 8,
  colors: {
    teal: [
      '#e3f3f1',
      '#cbe7e4',
      '#a3d3cf',
      '#78bdb8',
      '#4fa6a1',
      '#2f918c',
      '#1d827d',
      '#117672',
      '#0b6e6e',
      '#084c4c',
    ],
  },
  defaultRadius: 'md',
});

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a lost connection is worth another try.
      retry: (count, error) => count < 2 && !(error instanceof Problem),
      refetchInterval: 60_000,
    },
  },
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}
