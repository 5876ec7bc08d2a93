/**
 * Registration and what belongs to the client as a whole: its provider NPI, security descriptors,
 * results of WskGetAddressInfo. Knows no sends and no receives.
 */
@NullMarked
package org.wsktrace.rule.registration;

import org.jspecify.annotations.NullMarked;
