// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map RegVerb. */
public enum RegVerb {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WSK_REGISTER(1, "WskRegister"),
  WSK_CAPTURE_PROVIDER_NPI(2, "WskCaptureProviderNPI"),
  WSK_RELEASE_PROVIDER_NPI(3, "WskReleaseProviderNPI"),
  WSK_QUERY_PROVIDER_CHARACTERISTICS(4, "WskQueryProviderCharacteristics"),
  WSK_DEREGISTER(5, "WskDeregister"),
  NMR_REGISTER_CLIENT(6, "NmrRegisterClient"),
  NMR_CLIENT_ATTACH_PROVIDER(7, "NmrClientAttachProvider"),
  NMR_DEREGISTER_CLIENT(8, "NmrDeregisterClient"),
  NMR_WAIT_FOR_CLIENT_DEREGISTER_COMPLETE(9, "NmrWaitForClientDeregisterComplete");

  private final int value;
  private final String label;

  RegVerb(int value, String label) {
    this.value = value;
    this.label = label;
  }

  /** The number in the event. */
  public int value() {
    return value;
  }

  /** The name as people write it. */
  public String label() {
    return label;
  }

  /** The constant of a number; UNKNOWN for a number without a name. */
  public static RegVerb of(int value) {
    return switch (value) {
      case 1 -> WSK_REGISTER;
      case 2 -> WSK_CAPTURE_PROVIDER_NPI;
      case 3 -> WSK_RELEASE_PROVIDER_NPI;
      case 4 -> WSK_QUERY_PROVIDER_CHARACTERISTICS;
      case 5 -> WSK_DEREGISTER;
      case 6 -> NMR_REGISTER_CLIENT;
      case 7 -> NMR_CLIENT_ATTACH_PROVIDER;
      case 8 -> NMR_DEREGISTER_CLIENT;
      case 9 -> NMR_WAIT_FOR_CLIENT_DEREGISTER_COMPLETE;
      default -> UNKNOWN;
    };
  }
}
