import { defineConfig } from 'astro/config';

// The server sends `default-src 'self'`: no page may carry an inline script or style.
export default defineConfig({
  output: 'static',
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  vite: {
    build: { assetsInlineLimit: 0 },
    worker: { format: 'es' },
  },
});
