import '@vscode/codicons/dist/codicon.css';
import './mapping.css';
import { registerControls } from '../shared/controls.ts';
import { HostConnection } from '../shared/host-connection.ts';
import type { MappingConnection } from './mapping-page.ts';
import { MappingPage } from './mapping-page.ts';

registerControls();
const connection: MappingConnection = new HostConnection();
const page = new MappingPage(connection);
document.body.append(page.root);
connection.onMessage(message => {
  page.receive(message);
});
connection.post({ type: 'ready' });
