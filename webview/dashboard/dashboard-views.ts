import type { DashboardTab } from '../../src/protocol/dashboard.ts';
import type { ViewEntry } from './dashboard-view.ts';
import { ScalarsView } from './scalars/scalars-view.ts';

/** All views. Their order is that of `dashboardTabs`. */
export const dashboardViews: Readonly<Record<DashboardTab, ViewEntry>> = {
  scalars: {
    title: 'Scalars',
    counts: 'scalar',
    load: services => new ScalarsView(services),
  },
  console: {
    title: 'Console',
    counts: null,
    load: async services => {
      const { ConsoleView } = await import('./console/console-view.ts');
      return new ConsoleView(services);
    },
  },
};
