#!/usr/bin/env node
// Plain JavaScript: checks what TypeScript needs before any of it is read.
import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
