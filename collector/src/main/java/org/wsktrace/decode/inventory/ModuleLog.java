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
 * is loaded when a trace begins and when it ends; who merges traces puts the name of the PDB in
 * front of each of these.
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
          place.processId, path, place.base, size, checksum, timeDateStamp, loaded, unloaded, pdb);
    }
  }

  private final int most;
  private final TextBudget texts;
  private final List<Life> lives = new ArrayList<>();
  private final Map<Place, Life> live = new HashMap<>();
  // Named in front of the event of their image.
  private final Map<Place, LoadedModule.Pdb> named = new HashMap<>();
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
    name(place);
  }

  /** An image is there, at the trace's beginning or end. */
  void rundown(Said said, int processId) {
    Place place = place(said, processId);
    Life life = live.get(place);
    if (life == null || life.timeDateStamp != (int) said.number("TimeDateStamp", 0)) {
      begin(place, said, null);
    }
    name(place);
  }

  /** An image was unloaded. */
  void unload(Said said, int processId, Instant time) {
    rundown(said, processId);
    Life life = live.remove(place(said, processId));
    if (life != null) {
      life.unloaded = time;
    }
  }

  /**
   * The PDB of an image.
   *
   * @param second whether another is to be preferred: that of the image a managed one came from
   */
  void pdb(Said said, int processId, boolean second) {
    if (!(said.value("GuidSig") instanceof Value.Guid(var guid))) {
      return;
    }
    Place place = place(said, processId);
    if ((second && named.containsKey(place)) || named.size() >= most) {
      return;
    }
    String file = texts.keep(said.text("PDBFileName"));
    named.put(place, new LoadedModule.Pdb(guid, (int) said.number("Age", 0), file));
  }

  private static Place place(Said said, int processId) {
    return new Place(
        (int) said.number("ProcessId", processId),
        said.number("ImageBase", said.number("BaseAddress", 0)));
  }

  private void begin(Place place, Said said, @Nullable Instant loaded) {
    if (lives.size() >= most) {
      others++;
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

  private void name(Place place) {
    LoadedModule.Pdb pdb = named.remove(place);
    Life life = live.get(place);
    if (pdb != null && life != null && life.pdb == null) {
      life.pdb = pdb;
    }
  }

  /** Events of images that were not kept. */
  long others() {
    return others;
  }

  /** In the order in which the trace tells of them. */
  List<LoadedModule> modules() {
    return lives.stream().map(Life::module).toList();
  }
}
