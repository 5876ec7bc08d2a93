package org.wsktrace.rule;

/**
 * Where in a driver something was called: the same in every trace, whatever address the driver was
 * loaded at.
 *
 * @param driver file name, such as client.sys
 * @param offset of the return address from the start of the image, 0 when unknown
 */
public record CallSite(String driver, long offset) {
  /** client.sys+0x1a2b. */
  @Override
  public String toString() {
    return offset == 0 ? driver : "%s+0x%x".formatted(driver, offset);
  }
}
