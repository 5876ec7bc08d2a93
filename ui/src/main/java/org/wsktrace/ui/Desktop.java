package org.wsktrace.ui;

import atlantafx.base.theme.PrimerLight;
import javafx.application.Application;
import javafx.stage.Stage;

/** The JavaFX application. All of it runs on the FX thread. */
public final class Desktop extends Application {
  @Override
  public void start(Stage stage) {
    setUserAgentStylesheet(new PrimerLight().getUserAgentStylesheet());
    stage.setTitle("wsktrace");
    stage.setScene(Welcome.scene());
    stage.show();
  }
}
