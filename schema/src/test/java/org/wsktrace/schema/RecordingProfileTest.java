package org.wsktrace.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * schema/wsktrace.wprp against the manifest, and against the structure that Microsoft documents for
 * recording profiles (learn.microsoft.com, Windows Performance Toolkit, "Recording Profile XML
 * Reference"). WPR itself has not read it.
 */
class RecordingProfileTest {
  private static final Path ROOT = Path.of("..");

  /** What stands in an element, in this order. */
  private static final Map<String, List<String>> CHILDREN =
      Map.ofEntries(
          Map.entry("WindowsPerformanceRecorder", List.of("Profiles")),
          Map.entry("Profiles", List.of("EventCollector", "EventProvider", "Profile")),
          Map.entry("EventCollector", List.of("BufferSize", "Buffers")),
          Map.entry("EventProvider", List.of("Keywords")),
          Map.entry("Keywords", List.of("Keyword")),
          Map.entry("Profile", List.of("ProblemCategories", "Collectors")),
          Map.entry("ProblemCategories", List.of("ProblemCategory")),
          Map.entry("Collectors", List.of("EventCollectorId")),
          Map.entry("EventCollectorId", List.of("EventProviders")),
          Map.entry("EventProviders", List.of("EventProviderId")));

  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("WindowsPerformanceRecorder", Set.of("Version", "Author", "Comments")),
          Map.entry("EventCollector", Set.of("Id", "Name")),
          Map.entry("EventProvider", Set.of("Id", "Name", "NonPagedMemory", "Level")),
          Map.entry("Profile", Set.of("Id", "Name", "Description", "DetailLevel", "LoggingMode")),
          Map.entry("BufferSize", Set.of("Value")),
          Map.entry("Buffers", Set.of("Value")),
          Map.entry("Keyword", Set.of("Value")),
          Map.entry("ProblemCategory", Set.of("Value")),
          Map.entry("EventCollectorId", Set.of("Value")),
          Map.entry("EventProviderId", Set.of("Value")));

  private static final Set<String> CALLS =
      Set.of(
          "Registration",
          "Socket",
          "Send",
          "Receive",
          "Control",
          "Callback",
          "Indication",
          "Module",
          "Health");

  private final Manifest manifest = Manifest.read(ROOT.resolve("schema/wsktrace.man"));
  private final Document profiles = parse(ROOT.resolve("schema/wsktrace.wprp"));

  RecordingProfileTest() throws IOException {}

  @Test
  void elementsAndAttributesAreThoseOfTheReference() {
    checkStructure(profiles.getDocumentElement());
  }

  @Test
  void everyProviderIsTheManifests() {
    for (Element provider : all("EventProvider")) {
      assertThat("{" + provider.getAttribute("Name") + "}")
          .isEqualToIgnoringCase(manifest.providerGuid());
    }
  }

  @Test
  void keywordsAreThoseTheirProfilesPromise() {
    Set<String> full = with(CALLS, "Irp", "Mdl", "Pool", "Wait");
    assertThat(keywordsOf("WskLightVerbose")).isEqualTo(CALLS);
    assertThat(keywordsOf("WskLightLight")).isEqualTo(CALLS);
    assertThat(keywordsOf("WskFullVerbose")).isEqualTo(full);
    assertThat(keywordsOf("WskFullLight")).isEqualTo(with(CALLS, "Irp", "Mdl"));
    assertThat(keywordsOf("WskHuntVerbose")).isEqualTo(manifest.keywords().keySet());
    assertThat(with(keywordsOf("WskHuntLight"), "Stack")).isEqualTo(manifest.keywords().keySet());
    assertThat(keywordsOf("WskHuntLight")).doesNotContain("Stack");
  }

  @Test
  void eachNameHasBothDetailLevelsInBothModesAndAnswersEachReference() {
    List<String> expected = new ArrayList<>();
    for (String name : List.of("WskLight", "WskFull", "WskHunt")) {
      for (String detail : List.of("Verbose", "Light")) {
        for (String mode : List.of("File", "Memory")) {
          expected.add(name + "." + detail + "." + mode);
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (Element profile : all("Profile")) {
      String name = profile.getAttribute("Name"), detail = profile.getAttribute("DetailLevel");
      assertThat(profile.getAttribute("Id"))
          .isEqualTo(name + "." + detail + "." + profile.getAttribute("LoggingMode"));
      assertThat(reference(profile, "EventProviderId")).isEqualTo(name + detail);
      assertThat(all("EventProvider"))
          .anyMatch(provider -> provider.getAttribute("Id").equals(name + detail));
      assertThat(all("EventCollector"))
          .anyMatch(
              collector ->
                  collector.getAttribute("Id").equals(reference(profile, "EventCollectorId")));
      found.add(profile.getAttribute("Id"));
    }
    assertThat(found).containsExactlyElementsOf(expected);
  }

  private static Document parse(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(in);
    } catch (ParserConfigurationException | SAXException e) {
      throw new AssertionError(file + " is not well-formed XML", e);
    }
  }

  private static void checkStructure(Element element) {
    String name = element.getTagName();
    Set<String> attributes = new TreeSet<>();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      attributes.add(element.getAttributes().item(i).getNodeName());
    }
    assertThat(attributes).as(name).isEqualTo(ATTRIBUTES.getOrDefault(name, Set.of()));
    List<String> allowed = CHILDREN.getOrDefault(name, List.of());
    List<String> found = new ArrayList<>();
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        if (found.isEmpty() || !found.getLast().equals(inner.getTagName())) {
          found.add(inner.getTagName());
        }
        checkStructure(inner);
      }
    }
    assertThat(found).as("children of " + name).isEqualTo(allowed);
  }

  private List<Element> all(String name) {
    var found = profiles.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static String reference(Element profile, String name) {
    return ((Element) profile.getElementsByTagName(name).item(0)).getAttribute("Value");
  }

  /** The names of the bits that the provider of this id is enabled with; each must have one. */
  private Set<String> keywordsOf(String id) {
    Element provider =
        all("EventProvider").stream()
            .filter(element -> element.getAttribute("Id").equals(id))
            .findFirst()
            .orElseThrow();
    long mask = Long.decode(reference(provider, "Keyword"));
    Set<String> names = new TreeSet<>();
    for (var keyword : manifest.keywords().entrySet()) {
      if ((mask & keyword.getValue()) != 0) {
        names.add(keyword.getKey());
        mask &= ~keyword.getValue();
      }
    }
    assertThat(mask).as("bits of " + id + " that are no keyword").isZero();
    return names;
  }

  private static Set<String> with(Set<String> names, String... more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(List.of(more));
    return all;
  }
}
