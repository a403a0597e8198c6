#include "remote/furniture_mask.h"

#include "core/atomic_file.h"
#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/random_token.h"
#include "remote/upload_photo.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A photo made fit in the system's folder for temporary files; removed again.
class FittedCopy {
 public:
  FittedCopy(const fs::path& photo, const VendorSpec& spec)
      : copy_(fs::temp_directory_path() / ("stage-" + RandomHex(16) + ".jpg")),
        fitted_(FitPhoto(photo, spec, copy_)) {}
  ~FittedCopy() {
    std::error_code failure;
    fs::remove(copy_, failure);
  }
  FittedCopy(const FittedCopy&) = delete;
  FittedCopy& operator=(const FittedCopy&) = delete;
  json Url() const { return DataUrl(fitted_); }

 private:
  fs::path copy_;
  FittedFile fitted_;
};

}  // namespace

json FindFurniture(VendorClient& client,
                   const fs::path& photo,
                   const fs::path& folder,
                   const Cancelled& cancelled) {
  const FittedCopy copy(photo, client.spec());
  Call call = PostJson("/analyze", {{"image_url", copy.Url()}});
  call.timeout_s = 300;
  const json whole = client.Ask(call, cancelled);
  const json& answer = Unwrapped(whole, {"data", "analysis"});
  const std::string url = TextField(answer, {"result_url"});
  const std::string status = LowerCase(TextField(answer, {"status"}));
  if (url.empty() || status == "error" || status == "failed") {
    throw Error(
        ErrorKind::kUnexpected,
        Utf8Path(photo) + ": " + std::string(client.spec().label) +
            " gave no mask" +
            (status.empty() ? "" : " (status " + Printable(status) + ")"));
  }
  const fs::path mask = folder / (photo.stem().string() + ".png");
  AtomicFile file(mask);
  client.Download(url, false, file.temporary(), cancelled);
  if (!IsPictureFile(file.temporary())) {
    throw BadAnswer(Utf8Path(photo) + ": the mask handed out is no picture");
  }
  file.Commit();
  json found = {{"furniture_mask", Utf8Path(mask)},
                {"id", TextField(answer, {"id"})}};
  if (const auto share = NumberField(answer, {"percentage_masked"})) {
    found["percentage_masked"] = *share;
  }
  return found;
}

json CheckViews(VendorClient& client,
                const fs::path& first,
                const fs::path& second,
                const Cancelled& cancelled) {
  const FittedCopy one(first, client.spec());
  const FittedCopy other(second, client.spec());
  Call call = PostJson("/multi-view-compatibility",
                       {{"image_urls", {one.Url(), other.Url()}}});
  call.timeout_s = 300;
  const json whole = client.Ask(call, cancelled);
  const json& answer = Unwrapped(whole, {"data"});
  const auto compatible = FlagField(answer, {"compatible"});
  if (!compatible) {
    throw BadAnswer(std::string(client.spec().label) +
                    " does not say whether the photos fit together");
  }
  return {
      {"compatible", *compatible},
      {"hard_rejected", FlagField(answer, {"hard_rejected"}).value_or(false)},
      {"rejection_reason", TextField(answer, {"rejection_reason"})},
      {"photos", {Utf8Path(first), Utf8Path(second)}}};
}

}  // namespace stage::remote
