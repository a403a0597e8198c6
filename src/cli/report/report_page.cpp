#include "cli/report/report_page.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include "cli/report/page_parts.h"
#include "core/text_encoding.h"
#include "core/version.h"

namespace stage::cli {
namespace {

/// All jobs of one photo, in the order they were planned.
struct PhotoEntry {
  std::filesystem::path input;
  std::vector<const JobRecord*> jobs;
};

/// One result picture of a photo.
struct Result {
  std::string label;  ///< "modern", "modern 2"
  StagedFile file;
};

std::vector<PhotoEntry> GroupByPhoto(const BatchStatus& status) {
  std::vector<PhotoEntry> photos;
  std::map<std::filesystem::path, size_t> known;
  for (const JobRecord& job : status.jobs) {
    const auto [found, is_new] = known.try_emplace(job.input, photos.size());
    if (is_new) photos.push_back({job.input, {}});
    photos[found->second].jobs.push_back(&job);
  }
  return photos;
}

std::string Name(const std::filesystem::path& path) {
  return EscapeHtml(Printable(Utf8Path(path.filename())));
}

std::string Seconds(double seconds) {
  std::ostringstream out;
  if (seconds >= 90) {
    out << static_cast<int>(seconds / 60) << " min "
        << static_cast<int>(seconds) % 60 << " s";
  } else {
    out << std::fixed << std::setprecision(1) << seconds << " s";
  }
  return out.str();
}

std::string TextOf(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The object below `key`, or an empty one.
const nlohmann::json& Member(const nlohmann::json& object, const char* key) {
  static const nlohmann::json nothing = nlohmann::json::object();
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

/// What a job is called among the results of its photo.
std::string JobLabel(const JobRecord& job) {
  const nlohmann::json& parameters = Member(job.json, "parameters");
  if (parameters.contains("style")) return TextOf(parameters["style"]);
  for (const auto& [key, value] : parameters.items()) {
    if (value.is_object() && value.contains("style")) {
      return TextOf(value["style"]);
    }
  }
  return TextOf(job.json.value("operation", nlohmann::json("result")));
}

/// The job that wrote each file last: a later run may use a name again.
std::map<std::filesystem::path, const JobRecord*> OwnersOf(
    const PhotoEntry& photo) {
  std::map<std::filesystem::path, const JobRecord*> owners;
  for (const JobRecord* job : photo.jobs) {
    for (const StagedFile& file : job->outputs) {
      const JobRecord*& owner = owners[file.path];
      // Times are ISO 8601 in UTC: their order is that of their texts.
      if (owner == nullptr ||
          owner->json.value("at", "") < job->json.value("at", "")) {
        owner = job;
      }
    }
  }
  return owners;
}

std::vector<Result> ResultsOf(const PhotoEntry& photo) {
  const auto owners = OwnersOf(photo);
  std::vector<Result> results;
  for (const JobRecord* job : photo.jobs) {
    int variant = 0;
    for (const StagedFile& file : job->outputs) {
      ++variant;
      if (owners.at(file.path) != job) continue;
      std::string label = JobLabel(*job);
      if (job->outputs.size() > 1) label += " " + std::to_string(variant);
      results.push_back({label, file});
    }
  }
  return results;
}

void WriteSlider(const PhotoEntry& photo,
                 const std::vector<Result>& results,
                 int index,
                 const PictureSource& picture,
                 std::ostream& out) {
  const PagePicture before = picture(photo.input);
  if (before.data_uri.empty() && results.empty()) return;
  const StagedFile* first = results.empty() ? nullptr : &results.front().file;
  out << "<div class=\"frame\"";
  if (first != nullptr && first->width > 0 && first->height > 0) {
    out << " style=\"--aspect:"
        << static_cast<double>(first->width) / first->height << "\"";
  }
  out << ">\n";
  int shown = 0;
  for (const Result& result : results) {
    const PagePicture after = picture(result.file.path);
    if (after.data_uri.empty()) {
      out << "<p class=\"missing after\" data-result=\"" << shown << "\""
          << (shown > 0 ? " hidden" : "") << ">" << Name(result.file.path)
          << ": " << EscapeHtml(after.problem) << "</p>\n";
    } else {
      out << "<img class=\"after\" data-result=\"" << shown << "\""
          << (shown > 0 ? " hidden" : "") << " alt=\"Result "
          << Name(result.file.path) << "\" src=\"" << after.data_uri << "\">\n";
    }
    ++shown;
  }
  if (before.data_uri.empty()) {
    out << "<p class=\"missing\">Original " << Name(photo.input) << ": "
        << EscapeHtml(before.problem) << "</p>\n";
  } else if (results.empty()) {
    out << "<img alt=\"Original " << Name(photo.input) << "\" src=\""
        << before.data_uri << "\">\n";
  } else {
    out << "<img class=\"before\" alt=\"Original " << Name(photo.input)
        << "\" src=\"" << before.data_uri << "\">\n"
        << "<div class=\"bar\"></div>\n"
        << "<span class=\"tag left\">original</span>"
        << "<span class=\"tag right\">staged</span>\n"
        << "<input type=\"range\" min=\"0\" max=\"100\" value=\"50\" "
        << "id=\"slider-" << index << "\" aria-label=\"Original or result of "
        << Name(photo.input) << "\">\n";
  }
  out << "</div>\n";
  if (results.size() < 2) return;
  out << "<fieldset aria-label=\"Result shown\">\n";
  for (size_t i = 0; i < results.size(); ++i) {
    out << "<label><input type=\"radio\" name=\"result-" << index
        << "\" value=\"" << i << "\"" << (i == 0 ? " checked" : "") << "> "
        << EscapeHtml(results[i].label) << "</label>\n";
  }
  out << "</fieldset>\n";
}

void WriteFact(const std::string& name,
               const std::string& value,
               std::ostream& out) {
  if (value.empty()) return;
  out << "<dt>" << EscapeHtml(name) << "</dt><dd>" << EscapeHtml(value)
      << "</dd>\n";
}

/// Parameters of a job, one line each; blocks of an operation are flattened.
void WriteParameters(const nlohmann::json& parameters, std::ostream& out) {
  for (const auto& [key, value] : parameters.items()) {
    if (value.is_object()) {
      WriteParameters(value, out);
    } else if (!value.is_null()) {
      WriteFact(key, TextOf(value), out);
    }
  }
}

void WriteTimings(const nlohmann::json& details, std::ostream& out) {
  const nlohmann::json& timings = Member(details, "phase_seconds");
  if (!timings.is_object() || timings.empty()) return;
  std::string text;
  for (const auto& [phase, value] : timings.items()) {
    if (!value.is_number()) continue;
    text +=
        (text.empty() ? "" : ", ") + phase + " " + Seconds(value.get<double>());
  }
  WriteFact("phases", text, out);
}

/// Licences and authors of what was placed: the pieces of every variant, each
/// told once.
std::vector<std::string> Attributions(const nlohmann::json& details) {
  std::vector<std::string> lines;
  for (const auto& variant : Member(details, "variants")) {
    for (const auto& piece : Member(variant, "pieces")) {
      std::string line = TextOf(piece.value("name", nlohmann::json("?")));
      for (const char* key : {"creator", "licence", "source"}) {
        const std::string text = TextOf(piece.value(key, nlohmann::json("")));
        if (!text.empty()) line += ", " + text;
      }
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
        lines.push_back(line);
      }
    }
  }
  return lines;
}

void WriteAttributions(const nlohmann::json& details, std::ostream& out) {
  const std::vector<std::string> lines = Attributions(details);
  if (lines.empty()) return;
  out << "<details><summary>Furniture and licences (" << lines.size()
      << ")</summary><ul>\n";
  for (const std::string& line : lines) {
    out << "<li>" << EscapeHtml(line) << "</li>\n";
  }
  out << "</ul></details>\n";
}

void WriteJob(const JobRecord& job,
              const std::map<std::filesystem::path, const JobRecord*>& owners,
              std::ostream& out) {
  const nlohmann::json& error = Member(job.json, "error");
  if (error.contains("message")) {
    out << "<p class=\"error\" role=\"alert\">" << EscapeHtml(JobLabel(job))
        << ": " << EscapeHtml(TextOf(error["message"])) << "</p>\n";
  }
  for (const auto& warning : Member(job.json, "warnings")) {
    out << "<p class=\"warning\">" << EscapeHtml(TextOf(warning)) << "</p>\n";
  }
  const nlohmann::json& details = Member(job.json, "details");
  out << "<details class=\"facts\"><summary>" << EscapeHtml(JobLabel(job))
      << ": " << JobStateName(job.state);
  if (job.json.contains("seconds") && job.json["seconds"].is_number()) {
    out << ", " << Seconds(job.json["seconds"].get<double>());
  }
  out << "</summary>\n<dl>\n";
  WriteFact("operation",
            TextOf(job.json.value("operation", nlohmann::json(""))),
            out);
  WriteFact(
      "backend", TextOf(job.json.value("backend", nlohmann::json(""))), out);
  WriteParameters(Member(job.json, "parameters"), out);
  if (job.credits)
    WriteFact("credits", nlohmann::json(*job.credits).dump(), out);
  const nlohmann::json& engine = Member(job.json, "engine");
  if (engine.contains("name")) WriteFact("engine", TextOf(engine["name"]), out);
  WriteTimings(details, out);
  for (const StagedFile& file : job.outputs) {
    WriteFact(
        "result",
        Utf8Path(file.path.filename()) + " (" + std::to_string(file.width) +
            " x " + std::to_string(file.height) + ")" +
            (owners.at(file.path) == &job ? "" : ", replaced by a later run"),
        out);
  }
  out << "</dl>\n";
  WriteAttributions(details, out);
  if (!details.empty()) {
    out << "<details><summary>All details</summary><pre>"
        << EscapeHtml(details.dump(2)) << "</pre></details>\n";
  }
  out << "</details>\n";
}

std::string Totals(const BatchStatus& status, size_t photos) {
  std::ostringstream out;
  out << photos << (photos == 1 ? " photo" : " photos");
  for (const auto& [state, count] : status.states) {
    if (count > 0) out << ", " << count << " " << state;
  }
  if (status.seconds > 0) out << ", " << Seconds(status.seconds) << " of work";
  if (status.credits > 0) out << ", " << status.credits << " credits";
  if (!status.last_at.empty()) out << ", " << status.last_at.substr(0, 10);
  return out.str();
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string ReportPage(const BatchStatus& status,
                       const PictureSource& picture) {
  const std::vector<PhotoEntry> photos = GroupByPhoto(status);
  const std::string title =
      Name(status.folder.has_filename() ? status.folder
                                        : status.folder.parent_path());
  const std::string listing = Name(status.folder.parent_path());
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
      << "<meta charset=\"utf-8\">\n"
      << "<meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\">\n"
      << "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
         "'none'; img-src data:; style-src 'unsafe-inline'; script-src "
         "'unsafe-inline'\">\n"
      << "<meta name=\"generator\" content=\"stage " << Version() << "\">\n"
      << "<title>Before and after: " << listing << "/" << title
      << "</title>\n<style>" << kReportStyle << "</style>\n</head>\n<body>\n"
      << "<h1>Before and after: " << listing << "</h1>\n"
      << "<p class=\"totals\">" << EscapeHtml(Totals(status, photos.size()))
      << "</p>\n";
  int index = 0;
  for (const PhotoEntry& photo : photos) {
    out << "<article>\n<h2>" << Name(photo.input) << "</h2>\n";
    WriteSlider(photo, ResultsOf(photo), index++, picture, out);
    const auto owners = OwnersOf(photo);
    for (const JobRecord* job : photo.jobs) WriteJob(*job, owners, out);
    out << "</article>\n";
  }
  out << "<script>" << kReportScript << "</script>\n</body>\n</html>\n";
  return out.str();
}

}  // namespace stage::cli
