package org.wsktrace.rule.registration;

import org.wsktrace.event.Verb;

/** The calls that WSK_PROVIDER_DISPATCH has: they need a captured provider, not a socket. */
final class ProviderCalls {
  private ProviderCalls() {}

  static boolean contains(Verb verb) {
    return switch (verb) {
      case WSK_SOCKET,
          WSK_SOCKET_CONNECT,
          WSK_CONTROL_CLIENT,
          WSK_GET_ADDRESS_INFO,
          WSK_FREE_ADDRESS_INFO,
          WSK_GET_NAME_INFO ->
          true;
      default -> false;
    };
  }
}
