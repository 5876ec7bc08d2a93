package org.wsktrace.ui;

import atlantafx.base.theme.Styles;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;

/** What the window shows while no session is open. */
final class Welcome {
  private static final double WIDTH = 960;
  private static final double HEIGHT = 600;
  private static final double GAP = 12;

  private Welcome() {}

  static Scene scene() {
    Label name = new Label("wsktrace");
    name.getStyleClass().add(Styles.TITLE_1);
    Label state =
        new Label(
            "No session is open. This window cannot open one yet: use ./wsktrace check FILE.");
    state.getStyleClass().add(Styles.TEXT_MUTED);
    VBox box = new VBox(GAP, name, state);
    box.setAlignment(Pos.CENTER);
    return new Scene(box, WIDTH, HEIGHT);
  }
}
