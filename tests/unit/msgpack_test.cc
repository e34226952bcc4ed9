// FORMAT.md §3: the one form of every element, its limits, and which of several faults counts.
#include "core_support.h"

using namespace core_test;
using msgpack::Family;
using msgpack::Reader;

namespace {

// "" if the reader took all of it; "more" if it left bytes; else the fault's kind and words.
template <class Read>
std::string outcome(std::string_view encoded, const Read& read) {
  const Bytes bytes = hex(encoded);
  Reader reader(bytes);
  if (read(reader)) return reader.at_end() ? "" : "more";
  return std::string(to_string(reader.fault().kind)) + ": " + reader.fault().what;
}

std::string uint_outcome(std::string_view encoded, std::uint64_t max = UINT64_MAX) {
  return outcome(encoded, [&](Reader& in) {
    std::uint64_t value = 0;
    return in.uint(max, value);
  });
}
std::string int_outcome(std::string_view encoded) {
  return outcome(encoded, [](Reader& in) {
    std::int64_t value = 0;
    return in.int64(value);
  });
}
std::string bool_outcome(std::string_view encoded) {
  return outcome(encoded, [](Reader& in) {
    bool value = false;
    return in.boolean(value);
  });
}
std::string str_outcome(std::string_view encoded) {
  return outcome(encoded, [](Reader& in) {
    std::string_view value;
    return in.str(value);
  });
}
std::string bin_outcome(std::string_view encoded, Reader::Nil nil = Reader::Nil::kRefused) {
  return outcome(encoded, [&](Reader& in) {
    ByteView value;
    return in.bin(nil, value);
  });
}
std::string array_outcome(std::string_view encoded, std::size_t level = 1) {
  return outcome(encoded, [&](Reader& in) {
    std::uint64_t n = 0;
    return in.array(level, 0, 40000, n);
  });
}
std::string map_outcome(std::string_view encoded, std::size_t level = 1) {
  return outcome(encoded, [&](Reader& in) {
    std::uint64_t n = 0;
    return in.map(level, n);
  });
}
std::string skip_outcome(std::string_view encoded, std::size_t level = 1) {
  return outcome(encoded, [&](Reader& in) { return in.skip(level); });
}

const std::string kTruncated = std::string("truncated: ") + kOnlyFirstPart;
constexpr const char* kNumberForm = "malformed: a number that is not in its shortest form";
constexpr const char* kLengthForm = "malformed: a length that is not in its shortest form";
constexpr const char* kTooWide = "malformed: a number too wide for its field";
constexpr const char* kTooLong = "malformed: longer than 32768";

std::string hex_of_nested_arrays(std::size_t depth) {
  std::string nested;
  for (std::size_t i = 1; i < depth; ++i) nested += "91";
  return nested + "90";
}

}  // namespace

TEST_CASE("an unsigned number is read in its shortest form and in no other") {
  for (const char* good : {"00", "7f", "cc80", "ccff", "cd0100", "cdffff", "ce00010000", "ceffffffff",
                           "cf0000000100000000", "cfffffffffffffffff"})
    CHECK(uint_outcome(good) == "");
  for (const char* long_form :
       {"cc00", "cc7f", "cd0000", "cd00ff", "ce00000000", "ce0000ffff", "cf0000000000000000", "cf00000000ffffffff"})
    CHECK(uint_outcome(long_form) == kNumberForm);
  for (const char* cut : {"", "cc", "cd01", "ce000100", "cf00000001000000"}) CHECK(uint_outcome(cut) == kTruncated);
  for (const char* other :
       {"ff", "d0ff", "d101ff", "d37fffffffffffffff", "c0", "c2", "ca00000000", "a0", "c400", "90", "80", "c1"}) {
    INFO(other);
    CHECK(uint_outcome(other).rfind("malformed: not a", 0) == 0);
  }
}

TEST_CASE("a number too wide for its field is refused, after its form") {
  CHECK(uint_outcome("cdffff", UINT16_MAX) == "");
  CHECK(uint_outcome("ce00010000", UINT16_MAX) == kTooWide);
  CHECK(uint_outcome("ceffffffff", UINT32_MAX) == "");
  CHECK(uint_outcome("cf0000000100000000", UINT32_MAX) == kTooWide);
  CHECK(uint_outcome("cf00000000ffffffff", UINT16_MAX) == kNumberForm);
}

TEST_CASE("a signed number is negative in the signed family, else unsigned, and shortest in both") {
  for (const char* good : {"00", "7f", "cc80", "cf7fffffffffffffff", "ff", "e0", "d0df", "d080", "d1ff7f", "d18000",
                           "d2ffff7fff", "d280000000", "d3ffffffff7fffffff", "d38000000000000000"})
    CHECK(int_outcome(good) == "");
  for (const char* long_form :
       {"d0ff", "d0e0", "d1ffff", "d1ff80", "d2ffffffff", "d2ffff8000", "d3ffffffffffffffff", "d3ffffffff80000000",
        "d000", "d07f", "d1012c", "d200010000", "d37fffffffffffffff", "cc01"})
    CHECK(int_outcome(long_form) == kNumberForm);
  CHECK(int_outcome("cf8000000000000000") == kTooWide);
  CHECK(int_outcome("cfffffffffffffffff") == kTooWide);
  for (const char* cut : {"", "d0", "d1ff", "d2ffff7f", "d3ffffffff7fffff"}) CHECK(int_outcome(cut) == kTruncated);
  for (const char* other : {"c0", "c3", "cb0000000000000000", "a131", "c40131"})
    CHECK(int_outcome(other) == "malformed: not a number");
}

TEST_CASE("a boolean is c2 or c3") {
  CHECK(bool_outcome("c2") == "");
  CHECK(bool_outcome("c3") == "");
  for (const char* other : {"00", "01", "c0", "c1", "cc01"})
    CHECK(bool_outcome(other) == "malformed: not true or false");
  CHECK(bool_outcome("") == kTruncated);
}

TEST_CASE("a str has its shortest head and is UTF-8") {
  const std::string a255 = to_hex(repeated(255)), a256 = to_hex(repeated(256)), a32 = to_hex(repeated(32)),
                    a31 = to_hex(repeated(31));
  CHECK(str_outcome("a0") == "");
  CHECK(str_outcome("bf" + a31) == "");
  CHECK(str_outcome("d920" + a32) == "");
  CHECK(str_outcome("d9ff" + a255) == "");
  CHECK(str_outcome("da0100" + a256) == "");
  CHECK(str_outcome("da8000" + to_hex(repeated(32768))) == "");
  for (const char* long_form : {"d900", "d91f", "da0000", "da00ff", "db00000000", "db0000ffff"})
    CHECK(str_outcome(long_form) == kLengthForm);
  CHECK(str_outcome("da8001") == kTooLong);
  CHECK(str_outcome("db00010000") == kTooLong);
  CHECK(str_outcome("dbffffffff") == kTooLong);
  for (const char* cut : {"", "a1", "d9", "d920", "da01", "da0100", "db000100"}) CHECK(str_outcome(cut) == kTruncated);
  CHECK(str_outcome("a2c3a4") == "");
  for (const char* bad : {"a1ff", "a180", "a2c3c3", "a3eda080", "a2c080"})
    CHECK(str_outcome(bad) == "malformed: a str that is not UTF-8");
  for (const char* other : {"c40161", "00", "c0", "90", "80", "c1", "d40061"})
    CHECK(str_outcome(other) == "malformed: not a str");
}

TEST_CASE("a bin has its shortest head, and c0 stands for an empty one only where that is said") {
  CHECK(bin_outcome("c400") == "");
  CHECK(bin_outcome("c4ff" + to_hex(repeated(255, 0xff))) == "");
  CHECK(bin_outcome("c50100" + to_hex(repeated(256, 0xff))) == "");
  for (const char* long_form : {"c50000", "c500ff", "c600000000", "c60000ffff"})
    CHECK(bin_outcome(long_form) == kLengthForm);
  CHECK(bin_outcome("c58001") == kTooLong);
  CHECK(bin_outcome("c600010000") == kTooLong);
  for (const char* cut : {"", "c4", "c401", "c501", "c50100"}) CHECK(bin_outcome(cut) == kTruncated);
  CHECK(bin_outcome("c0") == "malformed: not a bin");
  CHECK(bin_outcome("c0", Reader::Nil::kIsEmpty) == "");
  for (const char* other : {"a161", "d92061", "00", "90", "c1"})
    CHECK(bin_outcome(other, Reader::Nil::kIsEmpty) == "malformed: not a bin");
}

TEST_CASE("arrays and maps have their shortest head") {
  for (const char* long_form : {"dc0000", "dc000f", "dd00000000", "dd0000ffff"})
    CHECK(array_outcome(long_form) == kLengthForm);
  for (const char* long_form : {"de0000", "de000f", "df00000000", "df0000ffff"})
    CHECK(map_outcome(long_form) == kLengthForm);
  CHECK(array_outcome("90") == "");
  CHECK(map_outcome("80") == "");
  CHECK(array_outcome("dc0010" + to_hex(repeated(16, 1))) == "more");
  CHECK(map_outcome("de0010" + to_hex(repeated(32, 1))) == "more");
  CHECK(array_outcome("dc8001") == kTooLong);
  CHECK(map_outcome("de8001") == kTooLong);
  CHECK(array_outcome("80") == "malformed: not an array");
  CHECK(map_outcome("90") == "malformed: not a map");
  CHECK(array_outcome("c0") == "malformed: not an array");
}

TEST_CASE("a count is refused at its head where the bytes at hand cannot hold it: one an element, two a map entry") {
  CHECK(array_outcome("9201") == kTruncated);
  CHECK(array_outcome("920101") == "more");
  CHECK(map_outcome("820101 01") == kTruncated);
  CHECK(map_outcome("8201010101") == "more");
  CHECK(array_outcome("dc8000") == kTruncated);
}

TEST_CASE("nesting is 32 deep at most, judged before whether the bytes are there") {
  CHECK(array_outcome("90", 32) == "");
  CHECK(array_outcome("90", 33) == "malformed: nested more than 32 deep");
  CHECK(array_outcome("95", 33) == "malformed: nested more than 32 deep");
  CHECK(map_outcome("85", 33) == "malformed: nested more than 32 deep");
  CHECK(skip_outcome(hex_of_nested_arrays(32)) == "");
  CHECK(skip_outcome(hex_of_nested_arrays(33)) == "malformed: nested more than 32 deep");
  CHECK(skip_outcome("c0", 33) == "");
}

TEST_CASE("skip takes every well-formed element, in whatever form, and no more than one") {
  for (const char* good : {"00",
                           "ff",
                           "c0",
                           "c2",
                           "c3",
                           "ca00000000",
                           "cb0000000000000000",
                           "cc00",
                           "cd0000",
                           "ce00000000",
                           "cf0000000000000000",
                           "d000",
                           "d10000",
                           "d200000000",
                           "d30000000000000000",
                           "a161",
                           "d90161",
                           "da000161",
                           "db0000000161",
                           "a1ff",
                           "c40100",
                           "c5000100",
                           "c60000000100",
                           "d40100",
                           "d5010000",
                           "d60100000000",
                           "d7010000000000000000",
                           "d80100000000000000000000000000000000",
                           "c70001",
                           "c7010100",
                           "c800010100",
                           "c9000000010100",
                           "91c0",
                           "dc000100",
                           "dd0000000100",
                           "8100c0",
                           "de00010000",
                           "df000000010000",
                           "82 00 00 00 00"}) {
    INFO(good);
    CHECK(skip_outcome(good) == "");
  }
  CHECK(skip_outcome("0000") == "more");
  CHECK(skip_outcome("c1") == "malformed: the byte c1, which means nothing");
  CHECK(skip_outcome("91c1") == "malformed: the byte c1, which means nothing");
  for (const char* cut :
       {"", "ca000000", "cb00", "a1", "c401", "d401", "d5 01 00", "c70101", "91", "8100", "d9", "dc00", "c7"})
    CHECK(skip_outcome(cut) == kTruncated);
  for (const char* big :
       {"da8001", "db00010000", "c58001", "c88001", "c900010000", "dc8001", "de8001", "dd00010000", "df00010000"})
    CHECK(skip_outcome(big) == kTooLong);
}

TEST_CASE("what is missing counts what must still follow") {
  const Bytes bytes = hex("a5 6161");
  Reader reader(bytes);
  reader.set_bytes_after(10);
  std::string_view text;
  CHECK_FALSE(reader.str(text));
  CHECK(reader.fault().missing_bytes == 13);
}

TEST_CASE("what is written is the shortest form and reads back, at every boundary") {
  for (const auto& [value, encoded] : std::map<std::uint64_t, std::string>{{0, "00"},
                                                                           {127, "7f"},
                                                                           {128, "cc80"},
                                                                           {255, "ccff"},
                                                                           {256, "cd0100"},
                                                                           {65535, "cdffff"},
                                                                           {65536, "ce00010000"},
                                                                           {0xffffffff, "ceffffffff"},
                                                                           {0x100000000, "cf0000000100000000"},
                                                                           {UINT64_MAX, "cfffffffffffffffff"}}) {
    Bytes out;
    msgpack::write_uint(out, value);
    CHECK(to_hex(out) == encoded);
    std::uint64_t back = 0;
    CHECK(Reader(out).uint(UINT64_MAX, back));
    CHECK(back == value);
  }
  for (const auto& [value, encoded] :
       std::map<std::int64_t, std::string>{{0, "00"},
                                           {INT64_MAX, "cf7fffffffffffffff"},
                                           {-1, "ff"},
                                           {-32, "e0"},
                                           {-33, "d0df"},
                                           {-128, "d080"},
                                           {-129, "d1ff7f"},
                                           {-32768, "d18000"},
                                           {-32769, "d2ffff7fff"},
                                           {INT32_MIN, "d280000000"},
                                           {std::int64_t{INT32_MIN} - 1, "d3ffffffff7fffffff"},
                                           {INT64_MIN, "d38000000000000000"}}) {
    Bytes out;
    msgpack::write_int(out, value);
    CHECK(to_hex(out) == encoded);
    std::int64_t back = 1;
    CHECK(Reader(out).int64(back));
    CHECK(back == value);
  }
  for (const std::size_t size : {0U, 1U, 15U, 16U, 31U, 32U, 255U, 256U, 32768U}) {
    INFO(size);
    Bytes str, bin, array, map;
    msgpack::write_str(str, std::string(size, 'a'));
    std::string_view text;
    CHECK((Reader(str).str(text) && text == std::string(size, 'a')));
    msgpack::write_bin(bin, repeated(size));
    ByteView content;
    CHECK((Reader(bin).bin(Reader::Nil::kRefused, content) && equal(content, repeated(size))));
    msgpack::write_array(array, size);
    array.resize(array.size() + size);
    std::uint64_t count = 1;
    CHECK((Reader(array).array(1, 0, UINT64_MAX, count) && count == size));
    msgpack::write_map(map, size);
    map.resize(map.size() + 2 * size);
    CHECK((Reader(map).map(1, count) && count == size));
  }
}
