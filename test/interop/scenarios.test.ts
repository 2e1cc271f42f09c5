import { playScenarios } from './support/play-scenarios.js';

/** All that need namespaces only. */
playScenarios('netns');
