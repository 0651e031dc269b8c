import { defineCommands } from './command.ts';
import { add } from './history-add.ts';
import { plot } from './history-plot.ts';
import { show } from './history-show.ts';

export default defineCommands({
  summary: 'keep figures of many runs, and find where they changed',
  commands: { add, show, plot },
});
