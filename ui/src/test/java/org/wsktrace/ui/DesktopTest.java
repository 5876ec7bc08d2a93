package org.wsktrace.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;

/** Runs on JavaFX's headless platform; see the surefire settings of this module. */
class DesktopTest {
  @Test
  void theWindowSaysThatNoSessionIsOpen() throws Exception {
    CompletableFuture<List<String>> shown = new CompletableFuture<>();

    Platform.startup(
        () -> {
          try {
            Stage stage = new Stage();
            new Desktop().start(stage);
            shown.complete(
                stage.getScene().getRoot().lookupAll(".label").stream()
                    .map(node -> ((Label) node).getText())
                    .toList());
            stage.close();
          } catch (RuntimeException e) {
            shown.completeExceptionally(e);
          }
        });

    assertThat(shown.get(60, TimeUnit.SECONDS)).first().isEqualTo("wsktrace");
    assertThat(shown.join()).anyMatch(text -> text.startsWith("No session is open."));
    Platform.exit();
  }
}
