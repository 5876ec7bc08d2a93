package org.wsktrace.decode.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.Value;

/**
 * Follows images through their lives. The kernel tells of loads and unloads, and runs through what
 * is loaded when a trace begins and when it ends; who merges traces puts what the file itself says
 * in front of each of these.
 */
final class ModuleLog {
  /** Where an image is, at any one time. */
  private record Place(int processId, long base) {}

  /** A life that still changes. */
  private static final class Life {
    private final Place place;
    private final String path;
    private final long size;
    private final int checksum;
    private final int timeDateStamp;
    private final @Nullable Instant loaded;
    private @Nullable Instant unloaded;
    // What the file itself says.
    private int ownTimeDateStamp;
    private LoadedModule.@Nullable Pdb pdb;

    private Life(Place place, String path, Said said, @Nullable Instant loaded) {
      this.place = place;
      this.path = path;
      this.size = said.number("ImageSize", said.number("ModuleSize", 0));
      this.checksum = (int) said.number("ImageChecksum", 0);
      this.timeDateStamp = (int) said.number("TimeDateStamp", 0);
      this.loaded = loaded;
    }

    private LoadedModule module() {
      return new LoadedModule(
          place.processId,
          path,
          place.base,
          size,
          checksum,
          timeDateStamp == 0 ? ownTimeDateStamp : timeDateStamp,
          loaded,
          unloaded,
          pdb);
    }
  }

  /** What the file of an image says, in front of the event of the image. */
  private record Hint(int timeDateStamp, LoadedModule.@Nullable Pdb pdb) {}

  private static final Hint NO_HINT = new Hint(0, null);

  private final int most;
  private final TextBudget texts;
  private final List<Life> lives = new ArrayList<>();
  private final Map<Place, Life> live = new HashMap<>();
  private final Map<Place, Hint> hints = new HashMap<>();
  private long others;

  /**
   * @param most how many lives are kept
   */
  ModuleLog(int most, TextBudget texts) {
    this.most = most;
    this.texts = texts;
  }

  /**
   * An image was loaded: a new life, whatever was there before.
   *
   * @param processId of the process that logged it, for events that do not say it
   */
  void load(Said said, int processId, Instant time) {
    Place place = place(said, processId);
    begin(place, said, time);
    useHint(place);
  }

  /** An image is there, at the trace's beginning or end. */
  void rundown(Said said, int processId) {
    Place place = place(said, processId);
    Life life = live.get(place);
    if (life == null || life.timeDateStamp != (int) said.number("TimeDateStamp", 0)) {
      begin(place, said, null);
    }
    useHint(place);
  }

  /** An image was unloaded. */
  void unload(Said said, int processId, Instant time) {
    rundown(said, processId);
    Life life = live.remove(place(said, processId));
    if (life != null) {
      life.unloaded = time;
    }
  }

  /** The file of an image says when it was linked. */
  void info(Said said, int processId) {
    hint(place(said, processId), new Hint((int) said.number("TimeDateStamp", 0), null));
  }

  /**
   * The file of an image names its PDB.
   *
   * @param managed whether that is the PDB of the managed image which this one was compiled from,
   *     or is; its own comes first
   */
  void pdb(Said said, int processId, boolean managed) {
    Place place = place(said, processId);
    Hint other = hints.getOrDefault(place, NO_HINT);
    if (said.value("GuidSig") instanceof Value.Guid(var guid) && !(managed && other.pdb != null)) {
      String file = texts.keep(said.text("PDBFileName"));
      var pdb = new LoadedModule.Pdb(guid, (int) said.number("Age", 0), file);
      hint(place, new Hint(other.timeDateStamp, pdb));
    }
  }

  private void hint(Place place, Hint hint) {
    if (hints.size() < most || hints.containsKey(place)) {
      hints.put(place, hint);
    }
  }

  private static Place place(Said said, int processId) {
    return new Place(
        (int) said.number("ProcessId", processId),
        said.number("ImageBase", said.number("BaseAddress", 0)));
  }

  private void begin(Place place, Said said, @Nullable Instant loaded) {
    if (lives.size() >= most) {
      others++;
      live.remove(place);
      return;
    }
    String path = said.text("FileName");
    if (path.isEmpty()) {
      path = said.text("ImageFileName");
    }
    Life life = new Life(place, texts.keep(path), said, loaded);
    lives.add(life);
    live.put(place, life);
  }

  private void useHint(Place place) {
    Hint hint = hints.remove(place);
    Life life = live.get(place);
    if (hint != null && life != null && life.pdb == null) {
      life.ownTimeDateStamp = hint.timeDateStamp;
      life.pdb = hint.pdb;
    }
  }

  /** Events of images that were not kept. */
  long others() {
    return others;
  }

  /** In the order in which the trace tells of them. */
  List<LoadedModule> modules() {
    // What was said behind the last event of an image.
    List.copyOf(hints.keySet()).forEach(this::useHint);
    return lives.stream().map(Life::module).toList();
  }
}
