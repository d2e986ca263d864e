export { addLearnRoutes } from './routes.ts';
