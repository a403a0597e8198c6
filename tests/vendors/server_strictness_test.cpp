// The server itself: what the documentation allows passes, anything else is
// refused and journalled as a violation.

#include <doctest/doctest.h>

#include "vendors/raw_client.h"

namespace stage::test {
namespace {

struct Row {
  std::string what;
  RawRequest request;
  int status;  ///< 2xx and 404 of unknown ids are no violations
};

std::string Form(const std::string& parts) {
  std::string body;
  for (const char c : parts)
    body += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return body;
}

const char* const kForm = "multipart/form-data; boundary=XX";
const std::string kPhotoPart =
    "--XX\nContent-Disposition: form-data; name=\"image\"; "
    "filename=\"a.jpg\"\nContent-Type: image/jpeg\n\n";
const std::string kEnd = "\n--XX--\n";

std::string Text(const std::string& name, const std::string& value) {
  return "\n--XX\nContent-Disposition: form-data; name=\"" + name + "\"\n\n" +
         value;
}

RawRequest Generate(const std::string& photo, const std::string& texts) {
  return {"roomstack",
          "POST /api/v1/generate",
          Form(kPhotoPart) + photo + Form(texts + kEnd),
          kForm};
}

const std::string kStaging =
    R"("config":{"type":"staging","add_furniture":{"room_type":"living",)"
    R"("style":"modern"}},"variation_count":1)";
const std::string kRoom =
    R"("user_id":"$USER","image_url":"$PHOTO","mask_url":"$MASK",)"
    R"("theme":"MODERN","width":800)";
const std::string kArt = R"("image_url":"$ART","room_type":"living")";

std::vector<Row> GoodRows(const std::string& photo) {
  return {
      {"roomstack stages",
       Generate(photo, Text("style", "modern") + Text("variants", "2")),
       200},
      {"roomstack edits",
       {"roomstack",
        "POST /api/v1/edit",
        R"({"originalImage":"$DATA","editPrompt":"blue walls"})"},
       200},
      {"roomstack tells credits", {"roomstack", "GET /api/v1/credits"}, 200},
      {"vsai stages a URL",
       {"vsai",
        "POST /v2/renders",
        R"({"image_url":"$PHOTO",)" + kStaging + "}"},
       202},
      {"vsai stages a data URL",
       {"vsai",
        "POST /v2/renders",
        R"({"image_url":"$DATA","wait_for_completion":true,)" + kStaging + "}"},
       200},
      {"vsai makes dusk",
       {"vsai",
        "POST /v2/renders",
        R"({"image_url":"$DATA","config":{"type":"daytodusk",)"
        R"("sky_style":"golden"}})"},
       201},
      {"vsai lists", {"vsai", "GET /v2/renders?limit=100&order=asc"}, 200},
      {"vsai behind a proxy", {"vsai", "GET /behind/a/proxy/v2/user"}, 200},
      {"iacrea makes a room",
       {"iacrea",
        "POST /api/create_room/generate",
        "{" + kRoom + R"(,"height":600,"room_type":"KITCHEN"})"},
       200},
      {"reroom stages",
       {"reroom",
        "POST /api/enterprise/render",
        R"({"file_name":"$FILE","tool":"virtual-staging","action":"preset",)"
        R"("type":"bedroom","style":"modern"})"},
       200},
      {"reroom puts a dog",
       {"reroom",
        "POST /api/enterprise/render?field=interior",
        R"({"file_name":"$FILE","tool":"edit","field":"interior",)"
        R"("action":"object","mask":"$BASE64",)"
        R"("object":{"category":"creature","name":"dog"}})"},
       200},
      {"reroom enlarges",
       {"reroom", "POST /api/enterprise/upscale", R"({"file_name":"$FILE"})"},
       200},
      {"vsart stages",
       {"vsart",
        "POST /api/image/render/request",
        "{" + kArt + R"(,"style":"mid-century modern"})"},
       200},
      {"vsart empties",
       {"vsart",
        "POST /api/image/render/declutter",
        R"({"image_url":"$ART","number_of_renders":3})"},
       200},
      {"vsart knows who", {"vsart", "GET /v1/me"}, 200},
  };
}

std::vector<Row> BadRows(const std::string& photo) {
  return {
      {"an endpoint that is none", {"vsai", "GET /v2/everything"}, 404},
      {"another method", {"vsart", "GET /api/image/upload"}, 404},
      {"the scheme in small letters",
       {"vsai", "GET /v2/user", "", "", "Authorization: api-key x"},
       401},
      {"a bearer for an API key",
       {"roomstack", "GET /api/v1/credits", "", "", "Authorization: Bearer x"},
       401},
      {"no variants that are a number",
       Generate(photo, Text("variants", "two")),
       400},
      {"a fidelity that is none",
       Generate(photo, Text("roomFidelity", "exact")),
       400},
      {"an unknown form field", Generate(photo, Text("seed", "1")), 400},
      {"a photo that is text", Generate("photo", ""), 400},
      {"a form sent as JSON",
       {"roomstack", "POST /api/v1/generate", R"({"image":"x"})"},
       400},
      {"an edit without a wish",
       {"roomstack", "POST /api/v1/edit", R"({"originalImage":"$DATA"})"},
       400},
      {"neither config nor configs",
       {"vsai", "POST /v2/renders", R"({"image_url":"$DATA"})"},
       400},
      {"a room in another vendor's words",
       {"vsai",
        "POST /v2/renders",
        R"({"image_url":"$DATA","config":{"type":"staging","add_furniture":)"
        R"({"room_type":"living_room","style":"modern"}}})"},
       400},
      {"JSON as text",
       {"vsai",
        "POST /v2/renders",
        R"({"image_url":"$PHOTO",)" + kStaging + "}",
        "text/plain"},
       400},
      {"a list longer than 100", {"vsai", "GET /v2/renders?limit=101"}, 400},
      {"a query that nobody knows", {"vsai", "GET /v2/user?all=1"}, 400},
      {"a mask of another size",
       {"iacrea",
        "POST /api/create_room/generate",
        R"({"user_id":"$USER","image_url":"$PHOTO","mask_url":"$SMALL",)"
        R"("theme":"MODERN","width":800,"height":600,"room_type":"KITCHEN"})"},
       400},
      {"a photo of another size",
       {"iacrea",
        "POST /api/create_room/generate",
        "{" + kRoom + R"(,"height":601,"room_type":"KITCHEN"})"},
       400},
      {"the shower room spelt well",
       {"iacrea",
        "POST /api/create_room/generate",
        "{" + kRoom + R"(,"height":600,"room_type":"SHOWERROOM"})"},
       400},
      {"somebody else's user id",
       {"iacrea",
        "POST /api/create_room/get",
        R"({"user_id":"11111111-2222-4333-8444-555555555555",)"
        R"("generation_id":"11111111-2222-4333-8444-555555555555"})"},
       401},
      {"a PNG that is none",
       {"reroom", "POST /api/enterprise/upload", photo, "image/png"},
       400},
      {"a form for raw bytes",
       {"reroom",
        "POST /api/enterprise/upload",
        Form(kPhotoPart + kEnd),
        kForm},
       400},
      {"a file that was never uploaded",
       {"reroom", "POST /api/enterprise/upscale", R"({"file_name":"a.jpg"})"},
       400},
      {"both sources at once",
       {"reroom",
        "POST /api/enterprise/upscale",
        R"({"file_name":"$FILE","file_url":"$PHOTO"})"},
       400},
      {"a staging style for an interior",
       {"reroom",
        "POST /api/enterprise/render?field=interior",
        R"({"file_name":"$FILE","creativity":"precise","style":"modern"})"},
       400},
      {"an edit without its field",
       {"reroom",
        "POST /api/enterprise/render?field=interior",
        R"({"file_name":"$FILE","tool":"edit","action":"remove",)"
        R"("mask":"$BASE64"})"},
       400},
      {"a mask as data URL",
       {"reroom",
        "POST /api/enterprise/render",
        R"({"file_name":"$FILE","tool":"edit","field":"interior",)"
        R"("action":"remove","mask":"$DATA"})"},
       400},
      {"a premium style in the classic tier",
       {"vsart",
        "POST /api/image/render/request",
        "{" + kArt + R"(,"style":"japandi"})"},
       400},
      {"eleven renders",
       {"vsart",
        "POST /api/image/render/declutter",
        R"({"image_url":"$ART","number_of_renders":11})"},
       400},
      {"a room for a declutter",
       {"vsart",
        "POST /api/image/render/declutter",
        R"({"image_url":"$ART","room_type":"living"})"},
       400},
      {"an upload with a prefix where none belongs",
       {"vsart",
        "POST /api/image/upload",
        R"({"image_base64":"$DATA","content_type":"image/jpeg"})"},
       400},
  };
}

}  // namespace

TEST_CASE("VendorServer: what the documentation allows is taken") {
  RawClient client;
  for (const Row& row : GoodRows(client.photo_bytes())) {
    CAPTURE(row.what);
    const RawAnswer answer = client.Send(row.request);
    CAPTURE(answer.body.substr(0, 200));
    CHECK(answer.status / 100 == row.status / 100);
  }
  CHECK(client.server().Violations() == std::vector<std::string>{});
}

TEST_CASE("VendorServer: anything else is refused and is a violation") {
  RawClient client;
  for (const Row& row : BadRows(client.photo_bytes())) {
    client.server().StartAfresh();
    CAPTURE(row.what);
    const RawAnswer answer = client.Send(row.request);
    CAPTURE(answer.body.substr(0, 200));
    CHECK(answer.status == row.status);
    CHECK(client.server().Violations().size() == 1);
    CHECK(client.server().Records("payment", row.request.vendor).empty());
  }
}

TEST_CASE("VendorServer: one vendor's key is nothing to another") {
  RawClient client;
  const std::string stolen =
      "Authorization: Bearer " + client.server().key("vsart");
  CHECK(client.Send({"reroom", "GET /api/enterprise/status", "", "", stolen})
            .status == 401);
  CHECK(client.server().Violations().size() == 1);
}

TEST_CASE("VendorServer: a key at the storage host is a violation") {
  RawClient client;
  client.Download(client.server().storage() +
                  "/host/photo.jpg?key=" + client.server().key("vsai"));
  CHECK(client.server().Violations() ==
        std::vector<std::string>{"vsai: its key was sent to the storage host"});
}

TEST_CASE("VendorServer: an account without credits pays for nothing") {
  RawClient client;
  client.server().Set({{"credits", {{"vsart", 1}}}});
  const RawRequest two = {
      "vsart",
      "POST /api/image/render/request",
      "{" + kArt + R"(,"style":"modern","mode":"cleanup_and_stage"})"};
  CHECK(client.Send(two).status == 402);
  CHECK(client.server().Violations().empty());
  CHECK(client.server().Records("payment", "vsart").empty());
}

}  // namespace stage::test
