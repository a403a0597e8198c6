#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/staging_job.h"

namespace stage::remote {

using Words = std::span<const std::string_view>;

/// A vendor's own parameter, for `--set key=value`.
struct Setting {
  enum class Kind { kWord, kText, kNumber, kInteger, kFlag, kUrl };
  std::string_view key;  ///< the vendor's name for it
  Kind kind = Kind::kText;
  Words words = {};  ///< of kWord
  double least = 0;  ///< of kNumber and kInteger; of kText: characters
  double most = 0;
};

/// What the user allows to be done to a photo whose shape a vendor does not
/// take; a setting of every vendor that limits shapes.
inline constexpr auto kFitSetting = "fit";
inline constexpr auto kFitByPadding = "pad";
inline constexpr auto kFitByCropping = "crop";

/// One thing a vendor does: an operation in the form that some options ask
/// for. A job goes to the first service of its operation that has all the
/// options and settings it asks for, and whose `needs` it gives.
struct Service {
  std::string_view name;  ///< in journals: "virtual-staging"
  Operation operation = Operation::kGenerate;
  Words options = {};  ///< neutral options it has: "--prompt", ...
  Words needs = {};    ///< of these, or settings, what must be given
  std::span<const Setting> settings = {};
  int most_results = 1;  ///< a request
  /// Whose words of the presets it uses: "reroom", "reroom-interior".
  std::string_view preset_words = {};
  std::string_view room_key = {};   ///< setting that names the room instead
  std::string_view style_key = {};  ///< setting that names the style instead
  bool needs_room = false;          ///< "auto" will not do
  bool fetches_pictures = false;    ///< of the job itself: see hosting.h
  /// The result shows the photo as it was but for what was asked for, so that
  /// the result of a part can be put back.
  bool keeps_photo = false;
};

/// What a vendor takes in; 0: no limit known.
struct PhotoLimits {
  Words formats = {};  ///< "jpeg", "png", "webp", "heic"
  int64_t max_bytes = 0;
  int least_side_px = 0;
  int most_side_px = 0;
  double least_aspect = 0;  ///< width / height
  double most_aspect = 0;
};

/// What happens after a 403.
enum class Forbidden { kCredentials, kCredits };

/// What a vendor is, as data.
struct VendorSpec {
  std::string_view name;      ///< of --backend: "vsai"
  std::string_view label;     ///< "Virtual Staging AI"
  std::string_view base_url;  ///< what --base-url replaces
  std::string_view key_header;
  std::string_view key_prefix = {};  ///< "Bearer "
  std::span<const Service> services = {};
  PhotoLimits photo = {};
  Forbidden forbidden = Forbidden::kCredentials;
  double requests_per_s = 25;
  double burst = 25;
  int renders_in_flight = 0;  ///< the vendor's own limit; 0: none known
  int jobs_in_flight = 10;    ///< unless --jobs says otherwise
  double poll_least_s = 1;
  double poll_most_s = 15;
  double list_least_s = 0;  ///< between two lists of all orders; 0: no lists
  double order_timeout_s = 120;  ///< until a paid request is answered
  /// Words for orders that are at work; others are waited for too, and told
  /// when the wait is over.
  Words working_words = {};
  bool needs_user_id = false;
  bool webhook_per_order = false;  ///< takes an address with each order
};

}  // namespace stage::remote
