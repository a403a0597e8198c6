#include <algorithm>
#include <charconv>

#include "core/suggestion.h"
#include "remote/http/url.h"
#include "remote/neutral_options.h"
#include "remote/vendor.h"
#include "remote/vendor_words.h"

namespace stage::remote {
namespace {

bool Has(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Error Usage(const std::string& message) {
  return Error(ErrorKind::kUsage, message);
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

const Setting* FindSetting(const Service& service, std::string_view key) {
  for (const Setting& setting : service.settings) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

bool LimitsShape(const VendorSpec& spec) {
  return spec.photo.least_aspect > 0 || spec.photo.most_aspect > 0;
}

/// What a job asks of a service: options and settings.
struct Wishes {
  std::vector<std::string_view> options;
  std::vector<std::string> settings;
};

Wishes WishesOf(const VendorSpec& spec, const StagingJob& job) {
  Wishes wishes{OptionsAsked(job), {}};
  for (const auto& [key, value] : job.vendor_options.items()) {
    if (key != kFitSetting || !LimitsShape(spec)) {
      wishes.settings.push_back(key);
    } else if (value != kFitByPadding && value != kFitByCropping) {
      throw Usage("--set fit=" + SettingText(job, kFitSetting) +
                  ": 'pad' and 'crop' are all there is");
    }
  }
  return wishes;
}

bool Gives(const Wishes& wishes, std::string_view need) {
  return std::find(wishes.options.begin(), wishes.options.end(), need) !=
             wishes.options.end() ||
         std::find(wishes.settings.begin(), wishes.settings.end(), need) !=
             wishes.settings.end();
}

bool Serves(const Service& service, const Wishes& wishes) {
  return std::all_of(wishes.options.begin(),
                     wishes.options.end(),
                     [&](std::string_view option) {
                       return Has(service.options, option);
                     }) &&
         std::all_of(wishes.settings.begin(),
                     wishes.settings.end(),
                     [&](const std::string& key) {
                       return FindSetting(service, key) != nullptr;
                     }) &&
         std::all_of(
             service.needs.begin(),
             service.needs.end(),
             [&](std::string_view need) { return Gives(wishes, need); });
}

/// A part of the photo may be sent only where the result can be put back.
void CheckFit(const VendorSpec& spec,
              const StagingJob& job,
              const Service& service) {
  if (!LimitsShape(spec) || service.keeps_photo ||
      SettingText(job, kFitSetting) != kFitByCropping) {
    return;
  }
  throw Usage("--set fit=crop: " + std::string(spec.name) +
              " makes the whole picture anew here (" +
              std::string(service.name) +
              "), so that the result of a part does not go with the rest: use "
              "--set fit=pad, or crop the photo");
}

/// The services of an operation.
std::vector<const Service*> ServicesOf(const VendorSpec& spec,
                                       Operation operation) {
  std::vector<const Service*> services;
  for (const Service& service : spec.services) {
    if (service.operation == operation) services.push_back(&service);
  }
  return services;
}

/// "; roomstack and reroom have it": who could do it instead.
template <typename HasIt>
std::string WhoHasIt(const VendorSpec& but, const HasIt& has_it) {
  std::vector<std::string> names;
  for (const Vendor* vendor : AllVendors()) {
    const VendorSpec& spec = vendor->spec();
    if (&spec != &but && has_it(spec)) names.emplace_back(spec.name);
  }
  return names.empty() ? "; only --backend local has it"
                       : "; use --backend " + Joined(names);
}

Error LacksOperation(const VendorSpec& spec, Operation operation) {
  return Usage(std::string(spec.name) + " has no " +
               std::string(OperationName(operation)) +
               WhoHasIt(spec, [&](const VendorSpec& other) {
                 return !ServicesOf(other, operation).empty();
               }));
}

Error LacksOption(const VendorSpec& spec,
                  Operation operation,
                  std::string_view option) {
  const std::string what = std::string(spec.name) + " has no " +
                           std::string(option) + " for " +
                           std::string(OperationName(operation));
  if (IsLocalOption(option)) {
    return Usage(what + "; only --backend local has it");
  }
  return Usage(what + WhoHasIt(spec, [&](const VendorSpec& other) {
                 const auto services = ServicesOf(other, operation);
                 return std::any_of(services.begin(),
                                    services.end(),
                                    [&](const Service* service) {
                                      return Has(service->options, option);
                                    });
               }));
}

Error UnknownSetting(const VendorSpec& spec,
                     const std::vector<const Service*>& services,
                     const std::string& key) {
  std::vector<std::string> known;
  if (LimitsShape(spec)) known.emplace_back(kFitSetting);
  for (const Service* service : services) {
    for (const Setting& setting : service->settings) {
      const std::string name(setting.key);
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        known.push_back(name);
      }
    }
  }
  return Usage("--set " + key + ": " +
               (known.empty()
                    ? std::string(spec.name) + " has no settings here"
                    : UnknownWordMessage(
                          std::string(spec.name) + " setting", key, known)));
}

/// What keeps every service from doing the job; told of the nearest one.
Error NoService(const VendorSpec& spec,
                const StagingJob& job,
                const Wishes& wishes) {
  const auto services = ServicesOf(spec, job.operation);
  if (services.empty()) return LacksOperation(spec, job.operation);
  for (const std::string_view option : wishes.options) {
    if (std::none_of(services.begin(), services.end(), [&](const Service* s) {
          return Has(s->options, option);
        })) {
      return LacksOption(spec, job.operation, option);
    }
  }
  for (const std::string& key : wishes.settings) {
    if (std::none_of(services.begin(), services.end(), [&](const Service* s) {
          return FindSetting(*s, key) != nullptr;
        })) {
      return UnknownSetting(spec, services, key);
    }
  }
  std::vector<std::string> forms;
  for (const Service* service : services) {
    std::string form(service->name);
    std::vector<std::string> needs(service->needs.begin(),
                                   service->needs.end());
    if (!needs.empty()) form += " (with " + Joined(needs) + ")";
    forms.push_back(form);
  }
  std::vector<std::string> asked(wishes.options.begin(), wishes.options.end());
  for (const std::string& key : wishes.settings)
    asked.push_back("--set " + key);
  return Usage(
      std::string(spec.name) + " cannot " +
      std::string(OperationName(job.operation)) +
      (asked.empty() ? "" : " with this combination: " + Joined(asked)) +
      "; it has " + Joined(forms));
}

bool IsNumber(const std::string& text, double least, double most) {
  double number = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() &&
         (least >= most || (number >= least && number <= most));
}

std::string Plain(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void CheckSetting(const Setting& setting, const std::string& value) {
  const std::string name = "--set " + std::string(setting.key) + "=" + value;
  switch (setting.kind) {
    case Setting::Kind::kWord:
      if (!Has(setting.words, value)) {
        throw Usage("--set " + UnknownWordMessage(setting.key,
                                                  value,
                                                  {setting.words.begin(),
                                                   setting.words.end()}));
      }
      return;
    case Setting::Kind::kInteger:
      if (value.find('.') != std::string::npos ||
          !IsNumber(value, setting.least, setting.most)) {
        throw Usage(name + ": a whole number from " + Plain(setting.least) +
                    " to " + Plain(setting.most) + " is needed");
      }
      return;
    case Setting::Kind::kNumber:
      if (!IsNumber(value, setting.least, setting.most)) {
        throw Usage(name + ": a number from " + Plain(setting.least) + " to " +
                    Plain(setting.most) + " is needed");
      }
      return;
    case Setting::Kind::kFlag:
      if (value != "true" && value != "false") {
        throw Usage(name + ": true or false is needed");
      }
      return;
    case Setting::Kind::kUrl:
      ParseUrl(value);
      return;
    case Setting::Kind::kText:
      if (setting.most > 0 &&
          static_cast<double>(value.size()) > setting.most) {
        throw Usage("--set " + std::string(setting.key) + ": at most " +
                    Plain(setting.most) + " characters");
      }
      return;
  }
}

}  // namespace

const Service& ChooseService(const VendorSpec& spec, const StagingJob& job) {
  const Wishes wishes = WishesOf(spec, job);
  std::optional<Error> wrong_value;
  for (const Service* service : ServicesOf(spec, job.operation)) {
    if (!Serves(*service, wishes)) continue;
    try {
      for (const std::string& key : wishes.settings) {
        CheckSetting(*FindSetting(*service, key), SettingText(job, key));
      }
      CheckFit(spec, job, *service);
      return *service;
    } catch (const Error& error) {  // a later service may have other words
      if (!wrong_value) wrong_value = error;
    }
  }
  throw wrong_value ? *wrong_value : NoService(spec, job, wishes);
}

}  // namespace stage::remote
