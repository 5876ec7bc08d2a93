/**
 * A machine on which a client of WSK does everything right, at random: all kinds of sockets, all
 * ways for a call to return and to complete, and now and then one misuse. It writes text traces; it
 * knows the contract of WSK and nothing of trackers and rules.
 */
@NullMarked
package org.wsktrace.rule.simulator;

import org.jspecify.annotations.NullMarked;
