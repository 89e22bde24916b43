/** Folders and files that no URL may name, wherever they lie in it. @see IIS section 5.1 */
export const HIDDEN_SEGMENTS: readonly string[] = [
  "web.config",
  "bin",
  "App_code",
  "App_GlobalResources",
  "App_LocalResources",
  "App_WebReferences",
  "App_Data",
  "App_Browsers",
];

/** Kinds of files that no URL may name. @see IIS section 5.1 */
export const DENIED_EXTENSIONS: readonly string[] = [
  ".asa .asax .ascx .master .skin .browser .sitemap .config .cs .csproj .vb .vbproj .webinfo .licx .resx",
  ".resources .mdb .vjsproj .java .jsl .ldb .dsdgm .ssdgm .lsad .ssmap .cd .dsprototype .lsaprototype .sdm",
  ".sdmDocument .mdf .ldf .ad .dd .ldd .sd .adprototype .lddprototype .exclude .refresh .compiled .msgx",
  ".vsdisco .rules",
].flatMap((line) => line.split(" "));
