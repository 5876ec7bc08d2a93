package org.wsktrace.etl.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** LZ77 with Huffman codes as [MS-XCA] 2.1 has it. */
final class XpressHuffmanEncoder extends Encoder {
  private static final int END = 256;

  /** A literal, of distance 0, or a match. */
  private record Token(int literal, int distance, int length) {
    int distanceBits() {
      return 31 - Integer.numberOfLeadingZeros(distance);
    }

    int symbol() {
      return distance == 0 ? literal : 256 | (distanceBits() << 4) | Math.min(length - 3, 15);
    }
  }

  private record Node(long weight, int symbol, List<Node> children) {}

  private final List<Token> tokens = new ArrayList<>();
  private long size;
  private ByteBuffer out = ByteBuffer.allocate(0);
  // Where the next two words of bits go, and the bits that were not written yet.
  private int firstWord;
  private int secondWord;
  private int word;
  private int free;

  XpressHuffmanEncoder() {
    super((1 << 16) - 1, Integer.MAX_VALUE);
  }

  @Override
  Encoder literal(int value) {
    tokens.add(new Token(value, 0, 1));
    size++;
    return this;
  }

  @Override
  Encoder match(int distance, int length) {
    tokens.add(new Token(0, distance, length));
    size += length;
    return this;
  }

  @Override
  byte[] toBytes() {
    // A block has 260 bytes beside its tokens, a token 30 bits and 7 bytes.
    long most = (size >> 16) * 260 + 300 + tokens.size() * 11L;
    out = ByteBuffer.allocate(Math.toIntExact(most)).order(ByteOrder.LITTLE_ENDIAN);
    int from = 0;
    while (from < tokens.size()) {
      int to = from;
      for (long size = 0; to < tokens.size() && size < 1 << 16; to++) {
        size += tokens.get(to).length;
      }
      block(tokens.subList(from, to), to == tokens.size());
      from = to;
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private void block(List<Token> tokens, boolean last) {
    long[] weights = new long[512];
    // In every block: a code needs two symbols at least.
    weights[END] = 1;
    tokens.forEach(token -> weights[token.symbol()]++);
    int[] lengths = lengths(weights);
    for (int i = 0; i < 512; i += 2) {
      out.put((byte) (lengths[i] | (lengths[i + 1] << 4)));
    }
    int[] codes = codes(lengths);
    firstWord = out.position();
    secondWord = firstWord + 2;
    out.putInt(0);
    word = 0;
    free = 16;
    for (Token token : tokens) {
      int symbol = token.symbol();
      bits(codes[symbol], lengths[symbol]);
      if (token.distance > 0) {
        length(token.length - 3);
        bits(token.distance - (1 << token.distanceBits()), token.distanceBits());
      }
    }
    if (last) {
      bits(codes[END], lengths[END]);
    }
    out.putShort(firstWord, (short) (word << free));
  }

  private void length(int rest) {
    if (rest >= 15) {
      out.put((byte) Math.min(rest - 15, 255));
      if (rest - 15 >= 255) {
        out.putShort(rest > 0xFFFF ? 0 : (short) rest);
        if (rest > 0xFFFF) {
          out.putInt(rest);
        }
      }
    }
  }

  private void bits(int value, int count) {
    if (free >= count) {
      free -= count;
      word = (word << count) | value;
      return;
    }
    int over = count - free;
    out.putShort(firstWord, (short) ((word << free) | (value >> over)));
    firstWord = secondWord;
    secondWord = out.position();
    out.putShort((short) 0);
    word = value & ((1 << over) - 1);
    free = 16 - over;
  }

  /** Code lengths of up to 15 bits: where they come out longer, flatter weights give shorter. */
  private static int[] lengths(long[] weights) {
    var queue =
        new PriorityQueue<Node>(
            Comparator.comparingLong(Node::weight).thenComparingInt(Node::symbol));
    for (int symbol = 0; symbol < 512; symbol++) {
      if (weights[symbol] > 0) {
        queue.add(new Node(weights[symbol], symbol, List.of()));
      }
    }
    if (queue.size() == 1) {
      queue.add(new Node(0, queue.peek().symbol == 0 ? 1 : 0, List.of()));
    }
    while (queue.size() > 1) {
      Node a = queue.remove();
      Node b = queue.remove();
      queue.add(new Node(a.weight + b.weight, Math.min(a.symbol, b.symbol), List.of(a, b)));
    }
    int[] lengths = new int[512];
    deepen(queue.remove(), 0, lengths);
    return Arrays.stream(lengths).max().orElse(0) <= 15
        ? lengths
        : lengths(Arrays.stream(weights).map(weight -> (weight + 1) / 2).toArray());
  }

  private static void deepen(Node node, int depth, int[] lengths) {
    if (node.children.isEmpty()) {
      lengths[node.symbol] = depth;
    }
    node.children.forEach(child -> deepen(child, depth + 1, lengths));
  }

  private static int[] codes(int[] lengths) {
    int[] codes = new int[512];
    int next = 0;
    for (int length = 1; length <= 15; length++) {
      next <<= 1;
      for (int symbol = 0; symbol < 512; symbol++) {
        if (lengths[symbol] == length) {
          codes[symbol] = next++;
        }
      }
    }
    return codes;
  }
}
