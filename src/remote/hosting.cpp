#include "remote/hosting.h"

#include "core/error.h"
#include "core/text_encoding.h"
#include "remote/http/url.h"
#include "remote/shell_command.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestUpload_s = 600;

/// The path's names, each percent-encoded.
std::string EncodedPath(const fs::path& path) {
  std::string text;
  for (const fs::path& name : path) {
    text += (text.empty() ? "" : "/") + PercentEncoded(name.string());
  }
  return text;
}

/// Takes off as many folders of the address as the path begins with "..".
std::string WithoutLastFolder(std::string prefix) {
  while (prefix.ends_with('/')) prefix.pop_back();
  const size_t slash = prefix.rfind('/');
  const size_t host = prefix.find("//");
  if (slash == std::string::npos || slash < host + 2) return {};
  return prefix.substr(0, slash);
}

bool IsOwnFile(const StagingJob& job, const fs::path& file) {
  if (file == job.input || file == job.generate.mask || file == job.edit.mask ||
      file == job.declutter.mask) {
    return true;
  }
  for (const fs::path& piece : job.generate.furniture) {
    if (file == piece) return true;
  }
  return false;
}

std::string PrefixedUrl(const std::string& url_prefix,
                        const StagingJob& job,
                        const fs::path& file) {
  if (!IsOwnFile(job, file)) {
    throw Error(ErrorKind::kInput,
                Utf8Path(job.input) + ": " + job.backend +
                    " fetches the photo itself, but cannot take it as it is: "
                    "convert it, or use --upload-command");
  }
  fs::path path =
      fs::absolute(file).lexically_normal().lexically_relative(PhotosRoot(job));
  std::string prefix = url_prefix;
  while (prefix.ends_with('/')) prefix.pop_back();
  while (!path.empty() && *path.begin() == "..") {
    prefix = WithoutLastFolder(prefix);
    path = path.lexically_relative("..");
  }
  if (prefix.empty() || path.empty()) {
    throw Error(ErrorKind::kInput,
                Utf8Path(file) +
                    ": lies above what --url-prefix stands for: "
                    "put it beside the photos");
  }
  return prefix + "/" + EncodedPath(path);
}

std::string UploadedUrl(const std::string& command,
                        const fs::path& file,
                        const Cancelled& cancelled) {
  const std::string output = RunShellCommand(
      command, "--upload-command", file, kLongestUpload_s, cancelled);
  const size_t begin = output.find_first_not_of(" \t\r\n");
  const size_t end = output.find_last_not_of(" \t\r\n");
  const std::string url =
      begin == std::string::npos ? "" : output.substr(begin, end - begin + 1);
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw Error(ErrorKind::kInput,
                Utf8Path(file) +
                    ": --upload-command must print the file's address and "
                    "nothing else");
  }
  return url;
}

}  // namespace

fs::path PhotosRoot(const StagingJob& job) {
  fs::path root = fs::absolute(job.input).lexically_normal().parent_path();
  if (job.outputs.empty()) return root;
  const fs::path kept =
      job.outputs.front().lexically_relative(job.output_folder).parent_path();
  fs::path rest = root;
  for (auto name = kept.end(); name != kept.begin();) {
    --name;
    if (rest.filename() != *name) return root;
    rest = rest.parent_path();
  }
  return rest;
}

void CheckHosting(const HostingOptions& options, const std::string& vendor) {
  if (!options.upload_command.empty()) return;
  if (!options.url_prefix.empty()) {
    ParseUrl(options.url_prefix);
    return;
  }
  throw Error(ErrorKind::kUsage,
              vendor +
                  " fetches pictures from the web itself: say where the "
                  "photos' folder is with --url-prefix URL, or have files put "
                  "there with --upload-command COMMAND");
}

std::string PublicUrl(const HostingOptions& options,
                      const StagingJob& job,
                      const fs::path& file,
                      const Cancelled& cancelled) {
  CheckHosting(options, job.backend);
  const std::string url =
      options.upload_command.empty()
          ? PrefixedUrl(options.url_prefix, job, file)
          : UploadedUrl(options.upload_command, file, cancelled);
  ParseUrl(url);
  return url;
}

}  // namespace stage::remote
