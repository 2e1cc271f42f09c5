import { playScenarios } from './support/play-scenarios.js';

/** Of those that need a guest with kernel ESP a few; VPNDOCTOR_LAB_VM=all: every one. */
const SOME = ['kernel-esp-libreswan-ikev2', 'kernel-ah-ikev1', 'kernel-esp-proto50-blocked'];

playScenarios('vm', process.env['VPNDOCTOR_LAB_VM'] === 'all' ? undefined : SOME);
