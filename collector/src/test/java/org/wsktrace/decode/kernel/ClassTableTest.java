package org.wsktrace.decode.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;

/** A table of classes says what its events are. */
final class ClassTableTest {
  private static final String IMAGE = "class Image 2cb15d1d-5fc1-11d2-abe1-00a0c911f518 group 14\n";

  private static List<ClassTable.Entry> read(String table) throws IOException {
    return ClassTable.read("test", new BufferedReader(new StringReader(table)));
  }

  @Test
  void aVersionIsAnEntryForEachEventOfItsList() throws IOException {
    List<ClassTable.Entry> entries =
        read(
            IMAGE
                + """
                # Loads are logged elsewhere.
                events 10@030A Load, 2 UnLoad
                version 1
                  pointer  ImageBase
                version 2
                  pointer  ImageBase
                  pid      ProcessId
                """);

    assertThat(entries)
        .extracting(entry -> entry.schema().event(), ClassTable.Entry::hook)
        .containsExactly(
            tuple("Image/Load", 0x030A),
            tuple("Image/UnLoad", 0x1402),
            tuple("Image/Load", 0x030A),
            tuple("Image/UnLoad", 0x1402));
    assertThat(entries.getLast().version()).isEqualTo(2);
    assertThat(entries.getLast().schema())
        .isEqualTo(
            EventSchema.of(
                "Windows Kernel",
                "Image/UnLoad",
                List.of(
                    FieldSchema.of("ImageBase", InType.POINTER),
                    FieldSchema.of("ProcessId", InType.UINT32).as(OutType.PID))));
  }

  @Test
  void lengthsAndCountsAreNumbersOrFieldsOrTheRest() throws IOException {
    List<FieldSchema> fields =
        read(IMAGE
                + """
                    events 2 UnLoad
                    version 0
                      u32     Names
                      utf16   Fixed(16)
                      utf16   Name[Names]
                      pointer Stack[*]
                    """)
            .getFirst()
            .schema()
            .fields();

    assertThat(fields)
        .containsExactly(
            FieldSchema.of("Names", InType.UINT32).keptAs(0),
            FieldSchema.of("Fixed", InType.UNICODE_STRING).sized(Extent.fixed(16)),
            FieldSchema.of("Name", InType.UNICODE_STRING).times(Extent.slot(0)),
            FieldSchema.of("Stack", InType.POINTER).times(Extent.REST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u31 Number        | test:4: no type u31",
        "utf16 Name[Count] | test:4: no field Count in front of it",
        "u8 Number Count   | test:4: not understood: Count",
        "pointer           | test:4: a word is missing",
        "class Image       | test:4: a word is missing",
        "events two Second | test:4: For input string: \"two\"",
      })
  void whatIsNotWellFormedIsNamedWithItsLine(String line, String message) {
    assertThatThrownBy(() -> read(IMAGE + "events 2 UnLoad\nversion 0\n" + line + "\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }
}
