export { addShareRoutes } from './routes.ts';
