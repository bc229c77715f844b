export { parseEnvironment } from '../../contracts/environment.ts';
