package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file that a command makes beside its results. Never half of one, never over another. */
final class NewFile {
  private NewFile() {}

  /**
   * @throws RefusedFileException where something has that name already
   */
  static void mustNotExist(Path path, String remedy) throws RefusedFileException {
    if (Files.exists(path)) {
      throw exists(path, remedy, null);
    }
  }

  /**
   * Writes a file that is not there yet.
   *
   * @param remedy what to do where it is
   * @throws RefusedFileException where it cannot be written; nothing was changed then
   */
  static void create(Path path, byte[] content, String remedy) throws IOException {
    boolean created = false;
    try {
      Files.write(path, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      created = true;
      Files.write(path, content);
    } catch (FileAlreadyExistsException e) {
      throw exists(path, remedy, e);
    } catch (IOException e) {
      if (created) {
        Files.deleteIfExists(path);
      }
      throw notWritable(path, e);
    }
  }

  /** Writes a file in place of the one that may be there. */
  static void replace(Path path, byte[] content) throws IOException {
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try {
      Files.write(part, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw exists(part, "remove it, it is the rest of a run that was ended", e);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
    try {
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      throw notWritable(path, e);
    }
  }

  private static RefusedFileException exists(
      Path path, String remedy, @Nullable IOException cause) {
    return new RefusedFileException(path, "is there already; " + remedy, cause);
  }

  private static RefusedFileException notWritable(Path path, IOException e) {
    return new RefusedFileException(
        path,
        e instanceof NoSuchFileException
            ? "its folder is not there; make it first"
            : "cannot be written; check the folder and the disk",
        e);
  }
}
