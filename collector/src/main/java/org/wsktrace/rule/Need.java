package org.wsktrace.rule;

/** A group of events that the capture driver records or not. */
public enum Need {
  CALLS(1, "", "the WSK calls and their completions"),
  IRP_CALLS(2, "", "the IRP calls (IoAllocateIrp, IoReuseIrp, IoFreeIrp)"),
  MDL_CALLS(3, "mdls", "the MDL calls (IoAllocateMdl, MmUnlockPages, IoFreeMdl)"),
  POOL_CALLS(4, "pool", "the pool calls (ExAllocatePool, ExFreePool)"),
  WAITS(5, "waits", "the waits (KeWaitForSingleObject, KeDelayExecutionThread)"),
  HASHES(6, "hashes", "the hashes of what is sent");

  private final int tier;
  private final String word;
  private final String text;

  Need(int tier, String word, String text) {
    this.tier = tier;
    this.word = word;
    this.text = text;
  }

  /** Tier of capture, 1..6; SessionInfo.Tiers has the bit {@code 1 << (tier - 1)} when it is on. */
  public int tier() {
    return tier;
  }

  /**
   * What {@code wskctl targets client.sys=WORD} calls it; empty for what is recorded of every
   * target.
   */
  public String word() {
    return word;
  }

  /** What to record, for people. */
  public String text() {
    return text;
  }

  public boolean recordedIn(long tiers) {
    return (tiers & (1L << (tier - 1))) != 0;
  }
}
