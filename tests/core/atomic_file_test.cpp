#include "core/atomic_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>

#include "core/digest.h"
#include "core/text_encoding.h"
#include "support/temp_dir.h"

using namespace stage;
using stage::test::ReadFileBytes;
using stage::test::TempDir;
namespace fs = std::filesystem;

namespace {

int FilesIn(const fs::path& folder) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("AtomicFile: a target changes only when it is committed") {
  const TempDir folder;
  const fs::path target = folder.Write("a.jpg", "old");
  {
    AtomicFile file(target);
    CHECK(file.temporary().parent_path() == folder.path());
    CHECK(file.temporary().extension() == ".jpg");
    folder.Write(file.temporary().filename(), "new");
  }
  CHECK(ReadFileBytes(target) == "old");
  CHECK(FilesIn(folder.path()) == 1);
  {
    AtomicFile file(target);
    folder.Write(file.temporary().filename(), "new");
    CHECK(ReadFileBytes(target) == "old");
    file.Commit();
  }
  CHECK(ReadFileBytes(target) == "new");
  CHECK(FilesIn(folder.path()) == 1);
}

TEST_CASE("WriteFileAtomically: makes folders, and keeps any bytes") {
  const TempDir folder;
  const std::string bytes("\0\xFF\n", 3);
  const fs::path file = folder.path() / "x" / "y" / "a.bin";
  WriteFileAtomically(file, bytes);
  CHECK(ReadFileBytes(file) == bytes);
  CopyFileAtomically(file, folder.path() / "z" / "b.bin");
  CHECK(ReadFileBytes(folder.path() / "z" / "b.bin") == bytes);
}

TEST_CASE("WriteFileAtomically: failures are disk errors that name the file") {
  const TempDir folder;
  folder.Write("file", "");
  const fs::path below_file = folder.path() / "file" / "a.jpg";
  CHECK_THROWS_WITH_AS(
      WriteFileAtomically(below_file, "x"), doctest::Contains("file"), Error);
  CHECK(std::string(DiskError("a.jpg", "written", ENOSPC).what())
            .find("free some space") != std::string::npos);
  CHECK(DiskError("a.jpg", "written", EACCES).kind() == ErrorKind::kDisk);
  CHECK(std::string(DiskError("a.jpg", "opened", EROFS).what())
            .find("choose another folder") != std::string::npos);
  CHECK(std::string(DiskError("a/b.jpg", "read", ENOTDIR).what())
            .find("a file in the place of a folder") != std::string::npos);
}

TEST_CASE("RemoveAbandonedParts: only what was left half-written goes") {
  const TempDir folder;
  AtomicFile file(folder.path() / "a.jpg");
  folder.Write(file.temporary().filename(), "half");
  folder.Write("b.jpg", "whole");
  folder.Write(".hidden", "the user's");
  RemoveAbandonedParts(folder.path());
  CHECK_FALSE(fs::exists(file.temporary()));
  CHECK(FilesIn(folder.path()) == 2);
}

TEST_CASE("Sha256: agrees with the standard's examples, whole and in pieces") {
  // FIPS 180-2, appendix B.1 and B.2.
  CHECK(Sha256Hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string longer =
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  const std::string digest =
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
  Sha256 pieces;
  pieces.Update(longer.substr(0, 7));
  pieces.Update(longer.substr(7));
  CHECK(pieces.HexDigest() == digest);
  const TempDir folder;
  CHECK(Sha256OfFile(folder.Write("a", longer)) == digest);
  CHECK_THROWS_AS(Sha256OfFile(folder.path() / "gone"), Error);
}

TEST_CASE("FileDigests: a folder's digest is of names and contents") {
  const TempDir one, two;
  for (const TempDir* folder : {&one, &two}) {
    folder->Write("c/a.glb", "a");
    folder->Write("c/x/b.glb", "b");
  }
  FileDigests digests;
  CHECK(digests.Of(one.path() / "c") == digests.Of(two.path() / "c"));
  two.Write("c/x/b.glb", "c");
  CHECK(FileDigests().Of(one.path() / "c") !=
        FileDigests().Of(two.path() / "c"));
}

TEST_CASE("ValidUtf8: only valid, shortest-form sequences pass") {
  CHECK(ValidUtf8("k\xC3\xBC"
                  "che \xF0\x9F\x9B\x8B") ==
        "k\xC3\xBC"
        "che \xF0\x9F\x9B\x8B");
  CHECK(ValidUtf8("k\xFC"
                  "che",
                  "?") == "k?che");
  CHECK(ValidUtf8("\xC0\xAF\xE0\x80\xAF\xED\xA0\x80\xF5", "?") == "?????????");
  CHECK(ValidUtf8("\xE2\x82", "?") == "??");
}

TEST_CASE("FoldedCase: capitals of European scripts fold") {
  CHECK(FoldedCase("K\xC3\x9C"
                   "CHE.JPG") ==
        "k\xC3\xBC"
        "che.jpg");
  CHECK(FoldedCase("\xD0\x9A\xD0\xA3\xD0\xA5") == "\xD0\xBA\xD1\x83\xD1\x85");
  CHECK(FoldedCase("\xC5\x81\xC5\xBB") == "\xC5\x82\xC5\xBC");
  CHECK(FoldedCase("\xFF\xC3") == "\xFF\xC3");
}

TEST_CASE("Printable: names cannot steer the terminal") {
  CHECK(Printable("a\x1b[31m\n\x7F"
                  "b") == "a[31m b");
}
