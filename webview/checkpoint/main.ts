import '@vscode/codicons/dist/codicon.css';
import './checkpoint.css';
import { registerControls } from '../shared/controls.ts';
import { HostConnection } from '../shared/host-connection.ts';
import { Inspector, type InspectorConnection } from './inspector.ts';

registerControls();
const connection: InspectorConnection = new HostConnection();
const inspector = new Inspector(connection);
document.body.append(inspector.root);
connection.onMessage(message => {
  inspector.receive(message);
});
connection.post({ type: 'ready' });
