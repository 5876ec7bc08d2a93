package org.wsktrace.ui;

import javafx.application.Application;

/**
 * Starts the desktop program. Not an Application itself, so that JavaFX may also lie on the class
 * path.
 */
public final class Main {
  private Main() {}

  /**
   * @param args none yet
   */
  public static void main(String[] args) {
    Application.launch(Desktop.class, args);
  }
}
