// The script of each page: htmx, the shell, panels, files, notices.
import "./desk.css";
import "./js/htmx.js";
import "./js/shell.js";
import "./js/panel.js";
import "./js/files.js";
import "./js/filing.js";
import "./js/table-csv.js";
