/**
 * What a session gives to who shows it: values of its own, so that nobody who reads a session needs
 * to know trackers, rules or SQL.
 */
@NullMarked
package org.wsktrace.store.row;

import org.jspecify.annotations.NullMarked;
