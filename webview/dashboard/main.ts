import '@vscode/codicons/dist/codicon.css';
import 'uplot/dist/uPlot.min.css';
import './dashboard.css';
import { registerControls } from '../shared/controls.ts';
import { HostConnection } from '../shared/host-connection.ts';
import type { DashboardConnection } from './dashboard.ts';
import { Dashboard } from './dashboard.ts';

registerControls();
const connection: DashboardConnection = new HostConnection();
const dashboard = new Dashboard(connection);
document.body.append(dashboard.root);
connection.onMessage(message => {
  dashboard.receive(message);
});
connection.post({ type: 'ready' });
